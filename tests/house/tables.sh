#!/bin/sh
# Tables that claim to be sorted are; a row has all its columns; what exists is in its table.
# shellcheck disable=SC2013
bad=0
say() { echo "$*"; bad=1; }
# both stand at the end of a pipe, which is a shell of its own: hence their status
sorted() { # sorted WHAT: the lines of stdin
	lines=$(cat)
	[ -n "$lines" ] || { echo "$1: no rows were found"; return 1; }
	printf '%s\n' "$lines" | LC_ALL=C sort -c 2>/dev/null ||
		{ echo "$1 is not sorted: $(printf '%s\n' "$lines" | LC_ALL=C sort -c 2>&1 | sed 's/.*disorder: //')"; return 1; }
}
unique() {
	twice=$(sort | uniq -d)
	[ -z "$twice" ] || { echo "$1 twice: $twice"; return 1; }
}
# value FILE MEMBER: of the designated initializers, strings joined
value() { sed -n "s/^	\.$2 = *\(N_(\)\{0,1\}\"\([^\"]*\)\".*/\2/p" "$1"; }

# subcommands
table=$(sed -n '/table\[\] = {/,/};/p' cli/subcommands.c | grep -oE '&cmd_[a-z_]+' | sed 's/&cmd_//')
printf '%s\n' "$table" | sorted cli/subcommands.c || bad=1
for f in cli/cmd_*.c; do
	name=$(basename "$f" .c | sed 's/^cmd_//')
	printf '%s\n' "$table" | grep -qx "$name" || say "$f is not in the table of cli/subcommands.c"
	[ "$(grep -c '^const struct subcommand cmd_' "$f")" = 1 ] || say "$f: one subcommand a file"
	grep -q "^const struct subcommand cmd_$name = {" "$f" || say "$f: does not define cmd_$name"
	[ "$(value "$f" name | head -1 | tr - _)" = "$name" ] || say "$f: .name is not $name"
	for column in name args summary opens run examples; do
		grep -q "^	\.$column =" "$f" || say "$f: the row has no .$column"
	done
	grep -A1 '^	\.summary =' "$f" | grep -q 'N_(' || say "$f: the summary is not marked N_()"
	grep -A1 '^	\.summary =' "$f" | grep -qE '\."\),' && say "$f: the summary ends with a full stop"
	sed -n '/^	\.examples =/,/^};/p' "$f" | grep -oE '"([^"\\]|\\.)*"' |
		sed 's/^"//; s/"$//' | tr -d '\n' | sed 's/\\n/\n/g; s/\\"/"/g' |
		grep -vE '^  (.*\| )?opinia ' | grep . | sed "s|^|$f: an example is a line \"  opinia …\": |" | grep . && bad=1
done
for name in $table; do [ -f "cli/cmd_$name.c" ] || say "cli/cmd_$name.c is in the table, but is not there"; done

# options: each row has a name, a help that starts with a capital or a name and has no full stop
for f in cli/cmd_*.c cli/options.c; do
	sed -n '/option_row [a-z_]*\[\] = {/,/^};/p' "$f" | tr '\n' ' ' |
		grep -oE 'N_\("[^)]*\.?"( *"[^"]*")*\)' | grep -E '[^…]\."\)' |
		sed "s|^|$f: a help ends with a full stop: |" | grep . && bad=1
	sed -n '/option_row [a-z_]*\[\] = {/,/^};/p' "$f" | grep -oE '^	\{ "[a-z-]+"' | unique "$f: an option" || bad=1
done

# metrics
sed -n '/metrics\[\] = {/,/};/p' metrics/registry.c | grep -oE '&metric_[a-z0-9_]+' |
	sed 's/&metric_//' | sorted metrics/registry.c || bad=1
for symbol in $(sed -n 's/^const struct metric \(metric_[a-z0-9_]*\) = .*/\1/p' metrics/metric_*.c); do
	grep -q "&$symbol,\|&$symbol }" metrics/registry.c || say "$symbol is not in metrics/registry.c"
	grep -hA2 "^const struct metric $symbol = {" metrics/metric_*.c |
		grep -q "^	\.name = \"${symbol#metric_}\"" || say "$symbol: its name is another"
done
for symbol in $(sed -n '/metrics\[\] = {/,/};/p' metrics/registry.c | grep -oE '&metric_[a-z0-9_]+' | tr -d '&'); do
	body=$(sed -n "/^const struct metric $symbol = {/,/^};/p" metrics/metric_*.c)
	for column in name label definition formula edges cannot unit; do
		printf '%s\n' "$body" | grep -q "^	\.$column =" || say "$symbol has no .$column"
	done
done

# adapters: by the kind they are named after
sed -n '/adapters\[\] = {/,/};/p' collector/registry.c | grep -oE '&adapter_[a-z_]+' |
	sed 's/&adapter_//' | sorted collector/registry.c || bad=1
for symbol in $(sed -n 's/^const struct adapter \(adapter_[a-z_]*\) = .*/\1/p' collector/*.c); do
	grep -q "&$symbol" collector/registry.c || say "$symbol is not in collector/registry.c"
	body=$(sed -n "/^const struct adapter $symbol = {/,/^};/p" collector/*.c)
	for column in kind summary open close; do
		printf '%s\n' "$body" | grep -q "^	\.$column =" || say "$symbol has no .$column"
	done
	printf '%s\n' "$body" | grep -q "^	\.kind = \"$(echo "${symbol#adapter_}" | tr _ -)\"" ||
		say "$symbol: its kind is another"
done

# headers of files, settings, dimensions, fields of filters
sed -n '/synonyms\[\] = {/,/^};/p' collector/fields.c | sed -n 's/^	{ "\([a-z0-9]*\)".*/\1/p' |
	sorted 'collector/fields.c: synonyms' || bad=1
sed -n '/rows\[\] = {/,/^};/p' core/settings.c | sed -n 's/^	{ "\([a-z_]*\)", "\([a-z0-9_]*\)".*/\1 \2/p' |
	sorted core/settings.c || bad=1
sed -n '/rows\[\] = {/,/^};/p' core/settings.c | sed -n 's/^	{ "\([a-z_]*\)", "\([a-z0-9_]*\)".*/\1.\2/p' | unique 'core/settings.c: a setting' || bad=1
enum=$(sed -n '/^enum bits_dim {/,/^};/p' store/dims.h | sed -n 's/^	\(BITS_[A-Z_]*\) = .*/\1/p' | grep -v BITS_DIM_END)
rows=$(sed -n '/^const struct dim dims\[\] = {/,/^};/p' store/dims.c | sed -n 's/^	{ \(BITS_[A-Z_]*\),.*/\1/p' | grep -v BITS_DIM_END)
[ "$enum" = "$rows" ] || say "store/dims.c does not have the rows of enum bits_dim, in its order"
sed -n '/^enum bits_dim {/,/^};/p' store/dims.h | sed -n 's/^	BITS_[A-Z_]* = \([0-9]*\).*/\1/p' |
	awk '$1 != NR { exit 1 }' || say "store/dims.h: the numbers of enum bits_dim are not 1, 2, 3 …"
sed -n '/filter_fields\[\] = {/,/^};/p' store/filter.c | sed -n 's/^	{ "\([a-z_.0-9]*\)".*/\1/p' | unique 'store/filter.c: a field' || bad=1
exit $bad
