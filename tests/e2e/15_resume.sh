#!/bin/sh
# A long import that is killed goes on where it was: what had landed is not read into the store
# again, what was rejected stands whole in its file, and in the end every row is there once.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

python3 - "$work/rows.csv" <<'EOP'
import random, sys
random.seed(7)
words = "nu merge plata curierul a intarziat super polecam szybko drogo paczka uszkodzona dziekuje".split()
with open(sys.argv[1], "w") as f:
    f.write("id,date,csat,channel,comment\n")
    for i in range(120000):
        csat = 9 if i % 40000 == 17 else 1 + i % 5
        f.write("K%d,2026-%02d-%02d,%d,%s,%s\n" % (i, 1 + i % 8, 1 + i % 28, csat,
                ("chat", "email", "phone")[i % 3], " ".join(random.choices(words, k=9))))
EOP
good=119997

# killed WHAT: the import of rows.csv, once some of it has landed
killed() {
	opinia import --scale csat=1..5 "$work/rows.csv" >/dev/null 2>&1 &
	pid=$!
	n=$1
	while [ "$n" -le "$1" ] && kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		n=$(opinia query --count 2>/dev/null || echo 0)
	done
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	n=$(opinia query --count)
}

new_store
killed 0
first=$n
[ "$first" -gt 0 ] || die "killed too early"
[ "$first" -lt "$good" ] || die "killed too late: $first rows"
killed "$first"
second=$n
[ "$second" -gt "$first" ] || die "it did not go on: $first rows, then $second"
[ "$second" -lt "$good" ] || die "killed too late: $second rows"
exits 65 opinia import --format json --scale csat=1..5 "$work/rows.csv"
grep -q "goes on behind record $second" "$work/stderr" || die "not said where: $(cat "$work/stderr")"
same "rows after all" "$(opinia query --count)" "$good"
same "new" "$(sum new)" "$((good - second))"
same "unchanged" "$(sum unchanged)" 0
same "rejected" "$(sum rejected)" 3
same "rejected, whole" "$(grep -c '^K' "$work/rows.csv.rejected")" 3

# a finished one is read from the start, as ever; so is a stopped one with --again
exits 65 opinia import --format json --scale csat=1..5 "$work/rows.csv"
same "unchanged when finished" "$(sum unchanged)" "$good"
new_store
killed 0
exits 65 opinia import --format json --again --scale csat=1..5 "$work/rows.csv"
same "again" "$(sum 'new + .unchanged')" "$good"

# another file of the same name, and other options, have nothing to go on from
new_store
killed 0
echo "K999999,2026-01-01,3,chat,nou" >>"$work/rows.csv"
exits 65 opinia import --format json --scale csat=1..5 "$work/rows.csv"
same "a changed file" "$(sum 'new + .unchanged')" "$((good + 1))"
exits 0 opinia check
echo "killed at $first and $second of $good rows, each once"
