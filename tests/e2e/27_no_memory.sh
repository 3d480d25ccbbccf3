#!/bin/sh
# Each allocation fails once: the program says so and ends, or does its work all the same; the store is
# never harmed and no answer is half. OPINIA_NOMEM_STEP=1 tries all of them, 4 every fourth.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
step=${OPINIA_NOMEM_STEP:-4}
nomem=$(find "$build" -name libpower-nomem.so)
python3 - "$work" <<'E2'
import sys
for name, first in (("before", 0), ("more", 60)):
    with open(f"{sys.argv[1]}/{name}.csv", "w") as f:
        f.write("id,date,csat,channel,customer,attr.plan,comment\n")
        if first:
            f.write("E0,2026-01-01,2,chat,ana@example.com,pro,nu mai merge plata\n")
        for i in range(first, first + 60):
            f.write(f"E{i},2026-{1 + i % 8:02}-{1 + i % 28:02},{1 + i % 5},chat,c{i % 7}@example.com,p{i % 3},"
                    f"curierul a întârziat {i}\n")
E2
new_store
exits 0 opinia import "$work/before.csv"
mkdir "$work/kept"
cp -r "$OPINIA_STORE" "$OPINIA_STORE.key" "$work/kept/"
LD_PRELOAD=$nomem NOMEM_COUNT=$work/count exits 0 opinia import "$work/more.csv"
count=$(cat "$work/count")
k=0 said=0 library=0
while [ "$k" -lt "$count" ]; do
	rm -rf "$OPINIA_STORE" "$OPINIA_STORE.key"
	cp -r "$work/kept/store" "$work/kept/store.key" "$work/"
	ended=0
	LD_PRELOAD=$nomem NOMEM_AT=$k opinia import "$work/more.csv" >"$work/stdout" 2>"$work/stderr" || ended=$?
	case $ended in
	0) least=120 ;;
	75) least=60 said=$((said + 1)) ;;
	99) least=60 library=$((library + 1)) ;; # power/nomem.c
	*) die "allocation $k: exit status $ended: $(cat "$work/stderr")" ;;
	esac
	[ -s "$work/stderr" ] || [ "$ended" -eq 99 ] || die "allocation $k: not a word"
	exits 0 opinia check
	rows=$(opinia query --count) # it may fail after the landing, too: all of the file or nothing
	[ "$rows" -eq "$least" ] || [ "$rows" -eq 120 ] || die "allocation $k: exit status $ended, $rows rows"
	k=$((k + step))
done
[ "$said" -gt 0 ] || die 'no failed allocation was ever said: the test proves nothing'
echo "import: $count allocations, each ${step}th failed: $said said, $library died inside a library"

cd "$work"
for command in 'stats --by month,channel' 'topics' 'query --limit 5' 'kpi' 'query --format json curier' 'report --out r.html' 'tag before.csv'; do
	# shellcheck disable=SC2086 # words of a command
	LD_PRELOAD=$nomem NOMEM_COUNT=$work/count opinia $command >"$work/good" 2>/dev/null || true
	count=$(cat "$work/count") k=0
	while [ "$k" -lt "$count" ]; do
		ended=0
		# shellcheck disable=SC2086
		LD_PRELOAD=$nomem NOMEM_AT=$k opinia $command >"$work/stdout" 2>"$work/stderr" || ended=$?
		case $ended in
		0 | 1) cmp -s "$work/good" "$work/stdout" || die "$command, allocation $k: another answer, and exit status $ended" ;;
		75 | 99) ;;
		*) die "$command, allocation $k: exit status $ended: $(cat "$work/stderr")" ;;
		esac
		k=$((k + step))
	done
done
