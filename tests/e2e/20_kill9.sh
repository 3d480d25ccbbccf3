#!/bin/sh
# kill -9 at any moment, then the same import again: exactly the rows of the file, once. The checker
# is this script and a fresh process, not the one that was killed.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

rounds=${OPINIA_KILL_ROUNDS:-12}
python3 - "$work/rows.csv" <<'EOF'
import random, sys
random.seed(5)
words = "nu merge plata curierul a intarziat super polecam szybko drogo paczka uszkodzona dziekuje".split()
with open(sys.argv[1], "w") as f:
    f.write("id,date,csat,channel,comment\n")
    for i in range(20000):
        f.write("K%d,2026-%02d-%02d,%d,%s,%s\n" % (i, 1 + i % 8, 1 + i % 28, 1 + i % 5,
                ("chat", "email", "phone")[i % 3], " ".join(random.choices(words, k=6))))
EOF
new_store
round=0 partial=0
while [ "$round" -lt "$rounds" ]; do
	opinia import "$work/rows.csv" >/dev/null 2>&1 &
	pid=$!
	sleep "0.$(printf %02d $(((round * 37 + 3) % 60 + 2)))"
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	exits 0 opinia check
	n=$(opinia query --count)
	[ "$n" -le 20000 ] || die "round $round: $n rows of 20000"
	[ "$n" -eq 20000 ] || partial=$((partial + 1))
	round=$((round + 1))
	# every other round starts afresh, the others go on where the killed one stood
	[ $((round % 2)) -eq 0 ] && new_store
done
exits 0 opinia import --format json "$work/rows.csv"
same "rows after all" "$(opinia query --count)" 20000
same "new + unchanged" "$(jq -s 'map(.new + .unchanged) | add' "$work/stdout")" 20000
exits 0 opinia check
[ "$partial" -gt 0 ] || die "no round was killed in the middle: the test proves nothing"
echo "$rounds rounds, $partial killed in the middle, 20000 rows once"
