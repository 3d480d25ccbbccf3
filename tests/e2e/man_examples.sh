#!/bin/sh
# The examples of the manual, run: each line of a literal block in EXAMPLES that calls opinia must
# end with the exit status that it promises (0, or "# exits N" behind it) and must print something.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
import_sample
mkdir "$work/here"
cd "$work/here"
ln -s "$root/contrib" contrib
head -3 "$sample/feedback-phone.jsonl" | jq -c '{id, text: (.comment // "nu merge plata"), lang: "ro"}' >comments.jsonl

# "page<TAB>line" of every example
for page in "$root"/docs/man/*.scd; do
	awk -v page="$(basename "$page" .scd)" '/^# / { on = $0 == "# EXAMPLES" }
		on && /^```/ { inside = !inside; next }
		on && inside && /(^|\| )opinia / { print page "\t" $0 }' "$page"
done >"$work/examples"
[ -s "$work/examples" ] || die "the manual has no examples"

failed=0 run=0
while IFS='	' read -r page line; do
	want=$(printf '%s' "$line" | sed -n 's/.*# exits \([0-9]*\).*/\1/p')
	code=0
	sh -c "$line" >"$work/stdout" 2>"$work/stderr" </dev/null || code=$?
	run=$((run + 1))
	into=$(printf '%s' "$line" | sed -n "s/.* > \([a-z.]*\)$/\1/p")
	[ -z "$into" ] || cat "$into" >>"$work/stdout"
	if [ "$code" -ne "${want:-0}" ]; then
		echo "$page: $line: exit status $code, wanted ${want:-0}"
	elif [ ! -s "$work/stdout" ] && [ ! -s "$work/stderr" ]; then
		echo "$page: $line: prints nothing"
	else
		# init and report write files, and say so on standard error
		case $line in *' init '* | *' report '*) continue ;; esac
		if [ "$code" -ne 0 ] || [ -s "$work/stdout" ]; then continue; fi
		echo "$page: $line: prints nothing to standard output"
	fi
	sed 's/^/    /' "$work/stderr"
	failed=$((failed + 1))
done <"$work/examples"
[ "$failed" -eq 0 ] || die "$failed of $run examples"
echo "$run examples"
