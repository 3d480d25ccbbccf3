# The lines of bench/growth, ROWS ENGINE CORES KEY VALUE, as tables. A line that comes later wins.
BEGIN {
	FS = "\t"
	engines = split("opinia sqlite duckdb clickhouse clickhouse-words", engine, " ")
	label["opinia"] = "Opinia"
	label["sqlite"] = "SQLite"
	label["duckdb"] = "DuckDB"
	label["clickhouse"] = "ClickHouse"
	label["clickhouse-words"] = "CH, no places"
	asked = split("q1 q1_scan q2 q2_scan q3_count q3_newest q4_word q4_phrase nothing", ask, " ")
}
{
	if (!($1 in size)) {
		size[$1] = 1
		sizes[++n] = $1
	}
	v[$1, $2, $3, $4] = $5
}
function spaced(number,   out) {
	number = sprintf("%.0f", number)
	while (length(number) > 3) {
		out = " " substr(number, length(number) - 2) out
		number = substr(number, 1, length(number) - 3)
	}
	return number out
}
# Microseconds, three digits of them.
function short(us) {
	if (us == "")
		return "-"
	if (us >= 1e6)
		return sprintf("%.2f s", us / 1e6)
	if (us >= 1e5)
		return sprintf("%.0f ms", us / 1e3)
	if (us >= 1e3)
		return sprintf(us >= 1e4 ? "%.1f ms" : "%.2f ms", us / 1e3)
	return sprintf(us >= 100 ? "%.0f us" : "%.1f us", us)
}
function get(key) {
	return v[s, e, c, key]
}
function costs(   rows) {
	rows = get("load_rows")
	printf " %9s %8.1f %7.1f %7.0f", spaced(rows / get("load_s")),
		1e6 * get("load_work_s") / rows, get("bytes") / rows, get("load_memory_kb") / 1024
}
function line(   i) {
	printf "%11s  %-13s %5s", spaced(s), label[e], c
	if (get("left_out") != "") {
		printf "  left out: took longer than %d s to take the rows in\n", get("left_out")
		return
	}
	costs()
	for (i = 1; i <= asked; i++)
		printf " %9s", short(get("us_" ask[i]))
	printf " %6s\n", get("load_average")
}
# @what: the name of a function over all that was measured.
function each(what,   i, k) {
	for (i = 1; i <= n; i++)
		for (k = 1; k <= engines; k++)
			for (c = 1; c <= 64; c++) {
				s = sizes[i]
				e = engine[k]
				if (get("finished") == "")
					continue
				if (what == "line")
					line()
				else if (what == "parts")
					parts()
				else
					upkeep()
			}
}
function answers(   i, k, on) {
	print "\nWhat the answers are: groups of Q1, topics of Q2, records. All engines gave the same"
	print "for Q1 to Q3 before a time was taken; how far the words of Q4 are off is said.\n"
	printf "%11s %7s %7s %9s %9s %9s %9s  %s\n", "rows", "Q1", "Q2", "Q3", "Q3 texts",
		"Q4 word", "Q4 phrase", "off"
	for (i = 1; i <= n; i++) {
		s = sizes[i]
		e = "opinia"
		for (c = 1; c < 64 && get("size_q1") == ""; c++)
			;
		if (get("size_q1") == "")
			continue
		printf "%11s %7s %7s %9s %9s %9s %9s  ", spaced(s), get("size_q1"), get("size_q2"),
			get("size_q3_count"), get("size_q3_newest"), get("size_q4_word"),
			get("size_q4_phrase")
		for (k = 2; k <= engines; k++)
			for (on = 1; on <= 2; on++)
				off(engine[k], on)
		print ""
	}
}
function off(engine, on,   word, phrase) {
	word = v[s, engine, on, "off_q4_word"]
	phrase = v[s, engine, on, "off_q4_phrase"]
	if (word || phrase)
		printf "%s (%d): word %+d, phrase %+d; ", label[engine], on, word, phrase
}
function parts(   rows) {
	rows = get("load_rows")
	if (rows && (get("load_merge_s") > 0 || get("load_roll_s") > 0))
		printf "%11s  %-13s %5s %10.1f %10.1f %10.1f\n", spaced(s), label[e], c,
			1e6 * get("load_s") / rows, 1e6 * get("load_merge_s") / rows,
			1e6 * get("load_roll_s") / rows
}
function upkeep() {
	if (e != "opinia" || get("us_stats") == "")
		return
	printf "%11s %10s %10s", spaced(s), short(get("us_stats")), short(get("work_us_stats"))
	if (get("s_backup") != "")
		printf " %10.2f %10.2f %10.2f", per_row("backup"), per_row("check"), per_row("retag")
	print ""
}
function per_row(what) {
	return 1e6 * get("work_s_" what) / get("load_rows")
}
# ---- the same for docs/performance.md: a column an engine and number of cores -------------------
# A question is answered by one thread of Opinia, on whatever cores its rows were taken in.
function skipped(i, asking) {
	return asking && column_engine[i] == "opinia" && i > 1
}
function each_column(key, scale, form,   i) {
	for (i = 1; i <= columns; i++) {
		if (skipped(i, form == "time"))
			continue
		e = column_engine[i]
		c = column_cores[i]
		if (get(key) == "")
			printf " %s |", get("left_out") != "" ? "left out" : "–"
		else if (form == "time")
			printf " %s |", short(get(key))
		else if (form == "rate")
			printf " %s |", spaced(get("load_rows") / get(key))
		else
			printf form " |", get(key) * scale / (form == " %.1f" ? get("load_rows") : 1)
	}
	print ""
}
function find_columns(   i, k) {
	for (k = 1; k <= engines; k++)
		for (c = 1; c <= 64; c++)
			for (i = 1; i <= n; i++)
				if (v[sizes[i], engine[k], c, "finished"] != "") {
					column_engine[++columns] = engine[k]
					column_cores[columns] = c
					break
				}
}
function header(first, asking,   i, under) {
	printf "\n| %s | rows |", first
	under = "\n|---|---|"
	for (i = 1; i <= columns; i++)
		if (!skipped(i, asking)) {
			printf " %s, %d |", label[column_engine[i]], column_cores[i]
			under = under "---|"
		}
	print under
}
function table_line(name, key, scale, form,   i) {
	for (i = 1; i <= n; i++) {
		s = sizes[i]
		printf "| %s | %s |", name, spaced(s)
		each_column(key, scale, form)
	}
}
function markdown_tables(   i) {
	find_columns()
	header("taken in", 0)
	table_line("rows/s", "load_s", 1, "rate")
	table_line("us of work a row", "load_work_s", 1e6, " %.1f")
	table_line("bytes a row", "bytes", 1, " %.1f")
	table_line("MB of memory", "load_memory_kb", 1 / 1024, " %.0f")
	header("asked", 1)
	for (i = 1; i <= asked; i++)
		table_line(title[i], "us_" ask[i], 1, "time")
}
END {
	split("Q1;Q1, scan;Q2;Q2, scan;Q3 count;Q3 newest 50;Q4 word;Q4 phrase;nothing", title, ";")
	if (markdown) {
		markdown_tables()
		exit
	}
	print "Rows taken in, until all questions can be answered; work of all threads; a question each.\n"
	printf "%11s  %-13s %5s %9s %8s %7s %7s", "rows", "engine", "cores", "rows/s", "us/row", "B/row", "MB"
	split("Q1 Q1,scan Q2 Q2,scan Q3,count Q3,newest Q4,word Q4,phrase nothing", head, " ")
	for (i = 1; i <= asked; i++)
		printf " %9s", head[i]
	print "   load"
	each("line")
	answers()
	print "\nOf the peers' microseconds a row by the clock: putting the tables in order, adding up"
	print "for Q1 and Q2.\n"
	printf "%11s  %-13s %5s %10s %10s %10s\n", "rows", "engine", "cores", "all", "in order", "added up"
	each("parts")
	print "\nThe start of `opinia stats`, by the clock and as work; work a row in microseconds.\n"
	printf "%11s %10s %10s %10s %10s %10s\n", "rows", "stats", "its work", "backup", "check", "retag"
	each("upkeep")
}
