#!/bin/sh
# Each call that changes the disk fails once, and from some call on for ever: with a full disk, a broken
# one, a write cut short. Whatever fails is said, what was there stays, and the same import again ends well.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
record=$(find "$build" -name libpower-record.so)
python3 - "$work" <<'E2'
import sys
for name, first in (("before", 0), ("more", 60)):
    with open(f"{sys.argv[1]}/{name}.csv", "w") as f:
        f.write("id,date,csat,channel,customer,comment\n")
        if first:
            f.write("E0,2026-01-01,2,chat,ana@example.com,nu mai merge plata\n")
            f.write("E5,2026-01-32,2,chat,,o zi care nu există\n") # set aside: a file beside
        for i in range(first, first + 60):
            f.write(f"E{i},2026-{1 + i % 8:02}-{1 + i % 28:02},{1 + i % 5},chat,c{i % 7}@example.com,curierul a întârziat {i}\n")
E2
new_store
exits 0 opinia import "$work/before.csv"
mkdir "$work/kept"
cp -r "$OPINIA_STORE" "$OPINIA_STORE.key" "$work/kept/"

# again: the store as it was before
again() {
	rm -rf "$OPINIA_STORE" "$OPINIA_STORE.key" "$work"/*.rejected
	cp -r "$work/kept/store" "$work/kept/store.key" "$work/"
}
POWER_COUNT=$work/calls LD_PRELOAD=$record POWER_DIR=$work exits 65 opinia import "$work/more.csv"
calls=$(cat "$work/calls")
[ "$calls" -gt 5 ] || die "only $calls calls: the test proves nothing"

# after HOW: the import ended with $ended; what must hold now?
after() {
	[ "$ended" -lt 128 ] || die "$1: died of signal $((ended - 128))"
	[ -s "$work/stderr" ] || die "$1: exit status $ended and no word"
	exits 0 opinia check
	rows=$(opinia query --count)
	case $rows in
	60) [ "$ended" -eq 75 ] || die "$1: nothing landed, and exit status $ended" ;;
	120) ;;
	*) die "$1: $rows rows" ;;
	esac
	exits 65 opinia import "$work/more.csv"
	same "$1, again" "$(opinia query --count)" 120
	exits 0 opinia check
}
rounds=0
for how in 28: 28:POWER_STICK=1 5: 5:POWER_STICK=1 28:POWER_SHORT=1; do
	k=0
	while [ "$k" -lt "$calls" ]; do
		again
		ended=0
		env LD_PRELOAD="$record" POWER_DIR="$work" POWER_FAIL=$k POWER_ERRNO="${how%%:*}" ${how#*:} \
			opinia import "$work/more.csv" >"$work/stdout" 2>"$work/stderr" || ended=$?
		after "call $k of $calls, errno $how"
		k=$((k + 1)) rounds=$((rounds + 1))
	done
done
echo "$rounds rounds over $calls calls"
