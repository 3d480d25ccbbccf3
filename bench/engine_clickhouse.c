/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_clickhouse.c: ClickHouse as a library (chDB), through its C interface. Tables are sorted as
 * the questions like it, packed by zstd. Its text index folds as the others do; it knows places, for
 * phrases, or ("clickhouse-words") only which rows have a word, for a third of the bytes.
 * There is nothing prepared: the text of a question is read each time.
 */
#include <stdio.h>

#include "bench/library.h"
#include "bench/sql.h"

struct click {
	void **(*connect)(int argc, char **argv);
	void *(*query)(void *connection, const char *sql, const char *format);
	const char *(*error)(void *result);
	char *(*buffer)(void *result);
	size_t (*length)(void *result);
	void (*free_result)(void *result);
	void (*close)(void **connection);
	void **connection;
};

struct store {
	struct click c;
	const char *sql[ASKED];
	uint64_t total; /* of ASK_COUNT, for the newest */
};

static const struct dialect dialect = {
	.week = "intDiv(day + 3, 7)",
	.from = "feedback f WHERE has(f.topics, %d)",
	.narrow = "f",
	.order = "f.day DESC, f.ts DESC, f.id DESC",
	.apart = true,
	.word = "SELECT count() FROM feedback WHERE hasAllTokens(comment, '" BENCH_WORD
		"')",
	.phrase = "SELECT count() FROM feedback WHERE hasPhrase(comment, '" BENCH_PHRASE
		  "')",
};

static const char *dir_of(const struct engine_place *place, char out[static 1024])
{
	snprintf(out, 1024, "%s/clickhouse", place->data);
	return out;
}

static void *run(struct click *c, const char *sql)
{
	void *result = c->query(*c->connection, sql, "TabSeparatedRaw");

	if (!result || c->error(result))
		die("clickhouse: %s: %s", result ? c->error(result) : "no answer", sql);
	return result;
}

static void do_run(struct click *c, const char *sql)
{
	c->free_result(run(c, sql));
}

static void click_open(struct click *c, const struct engine_place *place)
{
	const struct library_function functions[] = {
		{ "chdb_connect", &c->connect },
		{ "chdb_query", &c->query },
		{ "chdb_result_error", &c->error },
		{ "chdb_result_buffer", &c->buffer },
		{ "chdb_result_length", &c->length },
		{ "chdb_destroy_query_result", &c->free_result },
		{ "chdb_close_conn", &c->close },
	};
	char dir[1024], path[1100], sql[128], name[] = "clickhouse";
	char *argv[] = { name, path };

	library_open(place->library, functions, sizeof(functions) / sizeof(functions[0]));
	snprintf(path, sizeof(path), "--path=%s", dir_of(place, dir));
	c->connection = c->connect(2, argv);
	if (!c->connection)
		die("clickhouse: %s cannot be opened", dir);
	snprintf(sql, sizeof(sql), "SET max_threads = %ld, max_insert_threads = %ld",
		 place->cores, place->cores);
	do_run(c, sql);
}

/* ---- in ------------------------------------------------------------------------------------ */

static const char feedback[] =
	"CREATE TABLE feedback(id UInt64 CODEC(DoubleDelta, ZSTD), ext String "
	"CODEC(ZSTD),"
	" ts Int64 CODEC(DoubleDelta, ZSTD), day Int32 CODEC(DoubleDelta, ZSTD),"
	" channel UInt8, customer Nullable(String) CODEC(ZSTD),"
	" agent LowCardinality(String), team LowCardinality(String), csat "
	"Nullable(UInt8),"
	" nps Nullable(UInt8), product LowCardinality(String),"
	" device LowCardinality(String), lang UInt8, sentiment UInt8, score Int16,"
	" topics Array(UInt16), labels Array(UInt8), comment String CODEC(ZSTD),"
	" INDEX words comment TYPE text(tokenizer = 'splitByNonAlpha',"
	" preprocessor = removeAccentsUTF8(lowerUTF8(comment)), support_phrase_search = "
	"%d))"
	" ENGINE = MergeTree ORDER BY (day, ts, id)"
	" SETTINGS allow_experimental_text_index_phrase_search = 1";

static const char topic[] = "CREATE TABLE topic(topic UInt16, day Int32, id UInt64, "
			    "channel UInt8, label UInt8,"
			    " csat Nullable(UInt8), nps Nullable(UInt8))"
			    " ENGINE = MergeTree ORDER BY (topic, day, id)";

static const char roll[] =
	"CREATE TABLE roll(topic UInt16, channel UInt8, day Int32, n UInt64, neg UInt64,"
	" csat_n UInt64, csat_good UInt64, nps_n UInt64, promoters UInt64,"
	" detractors UInt64) ENGINE = MergeTree ORDER BY (topic, channel, day)";

static void put_in_order(struct click *c, struct cost *out)
{
	out->merging = -out->wall;
	cost_begin(out);
	do_run(c, "OPTIMIZE TABLE feedback FINAL");
	do_run(c, "OPTIMIZE TABLE topic FINAL");
	cost_end(out);
	out->merging += out->wall;
}

static void add_up(struct click *c, struct cost *out)
{
	char sql[2048];

	out->rolls = -out->wall;
	cost_begin(out);
	do_run(c, roll);
	snprintf(sql, sizeof(sql), "INSERT INTO roll %s", sql_roll_up);
	do_run(c, sql);
	do_run(c, "OPTIMIZE TABLE roll FINAL");
	cost_end(out);
	out->rolls += out->wall;
}

static uint64_t number_of(struct click *c, const char *sql)
{
	void *result = run(c, sql);
	struct sv text = { c->buffer(result), c->length(result) };
	int64_t n;

	if (!sv_i64(sv_trim(text), &n))
		die("clickhouse gave no number: %s", sql);
	c->free_result(result);
	return (uint64_t)n;
}

static void load(const struct engine_place *place, bool phrases, struct cost *out)
{
	struct click c = { .connection = NULL };
	char dir[1024], sql[2048];

	remove_below(dir_of(place, dir));
	click_open(&c, place);
	cost_begin(out);
	snprintf(sql, sizeof(sql), feedback, phrases);
	do_run(&c, sql);
	do_run(&c, topic);
	snprintf(sql, sizeof(sql), "INSERT INTO feedback SELECT * FROM file('%s', CSV)",
		 place->verdicts);
	do_run(&c, sql);
	do_run(&c, "INSERT INTO topic SELECT t.1, day, id, channel, t.2, csat, nps FROM"
		   " feedback ARRAY JOIN arrayZip(topics, labels) AS t");
	cost_end(out);
	put_in_order(&c, out);
	add_up(&c, out);
	out->rows = number_of(&c, "SELECT count() FROM feedback");
	out->bytes = number_of(&c, "SELECT sum(bytes_on_disk) FROM system.parts WHERE"
				   " active");
	c.close(c.connection);
}

static void load_places(const struct engine_place *place, struct cost *out)
{
	load(place, true, out);
}

static void load_words(const struct engine_place *place, struct cost *out)
{
	load(place, false, out);
}

/* ---- answers ------------------------------------------------------------------------------- */

static void *open_store(const struct engine_place *place, struct about *about)
{
	struct store *s = take_memory(sizeof(*s));

	click_open(&s->c, place);
	for (int i = 0; i < ASKED; i++)
		s->sql[i] = sql_of(&dialect, about, (enum asked)i);
	return s;
}

static void take_line(const struct store *s, struct sv line, enum asked what,
		      struct answer *out)
{
	int columns = sql_columns(&dialect, what);
	int64_t cells[8] = { 0, (int64_t)s->total };

	for (int i = 0; i < columns; i++) {
		struct sv cell = sv_cut(&line, '\t');

		if (what == ASK_NEWEST && i == 0)
			cells[i] = (int64_t)cell.n;
		else if (!sv_i64(cell, &cells[i]))
			die("clickhouse gave " SV_FMT " for a number", SV_ARG(cell));
	}
	sql_answer(what, cells, out);
}

static bool ask(void *self, enum asked what, struct answer *out)
{
	struct store *s = self;
	struct sv text;
	void *result;

	*out = (struct answer){ .value = 0 };
	if (!s->sql[what])
		return false;
	if (what == ASK_NEWEST) {
		struct answer count;

		ask(self, ASK_COUNT, &count);
		s->total = count.size;
	}
	result = run(&s->c, s->sql[what]);
	text = (struct sv){ s->c.buffer(result), s->c.length(result) };
	while (text.n)
		take_line(s, sv_cut(&text, '\n'), what, out);
	s->c.free_result(result);
	return true;
}

static void close_store(void *self)
{
	struct store *s = self;

	s->c.close(s->c.connection);
}

const struct engine engine_clickhouse = {
	.name = "clickhouse",
	.cores_max = INT64_MAX,
	.load = load_places,
	.open = open_store,
	.ask = ask,
	.close = close_store,
};

const struct engine engine_clickhouse_words = {
	.name = "clickhouse-words",
	.cores_max = INT64_MAX,
	.load = load_words,
	.open = open_store,
	.ask = ask,
	.close = close_store,
};
