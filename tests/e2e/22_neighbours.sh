#!/bin/sh
# Two that import the same file at once, clocks that jump, nights of 23 and 25 hours, a store of which only a part
# was copied: every row once, on its day; and a sentence, never a crash.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

# ---- two at once
awk 'BEGIN {
	print "id,date,csat,channel,comment"
	for (i = 0; i < 12000; i++)
		printf "T%d,2026-%02d-%02d,%d,chat,nu merge plata %d\n", i, 1 + i % 8, 1 + i % 28, 1 + i % 5, i % 900
}' >"$work/rows.csv"
new_store
opinia import --format json "$work/rows.csv" >"$work/one" 2>"$work/one.err" &
one=$!
opinia import --format json "$work/rows.csv" >"$work/two" 2>"$work/two.err" &
two=$!
wait "$one" || die "the first of two imports failed: $(cat "$work/one.err")"
wait "$two" || die "the second of two imports failed: $(cat "$work/two.err")"
same "rows of two imports at once" "$(opinia query --count)" 12000
same "each row is new once" "$(cat "$work/one" "$work/two" | jq -s 'map(.new) | add')" 12000
exits 0 opinia check

# ---- a half copy, at many lengths
cp -a "$OPINIA_STORE" "$work/half"
cp -a "$OPINIA_STORE.key" "$work/half.key"
size=$(stat -c %s "$OPINIA_STORE/data.mdb")
refused=0
for part in 0 1 100 4096 8191 8192 12288 65536 100000 $((size / 16 + 77)) $((size / 4)) $((size / 2)) $((size - 500000)); do
	cp "$OPINIA_STORE/data.mdb" "$work/half/data.mdb"
	truncate -s "$part" "$work/half/data.mdb"
	for command in check 'query --count' 'stats --by channel' 'import tests/e2e/22_neighbours.sh'; do
		code=0
		# shellcheck disable=SC2086
		opinia --store "$work/half" $command >"$work/stdout" 2>"$work/stderr" || code=$?
		[ "$code" -lt 128 ] || die "$command of $part bytes ended with $code"
		[ "$code" -ne 65 ] || refused=$((refused + 1))
		[ -s "$work/stderr" ] || [ "$code" -eq 0 ] || die "$command of $part bytes: $code without a sentence"
	done
done
[ "$refused" -ge 40 ] || die "only $refused of 52 half copies were refused"
grep -q 'restore a backup' "$work/stderr" || die "it is not said what to do: $(cat "$work/stderr")"

# ---- nights of another length: hours around both changes, in both zones
for zone in Europe/Bucharest Europe/Warsaw; do
	rm -rf "$OPINIA_STORE" "$OPINIA_STORE.key"
	exits 0 opinia init --zone "$zone"
	python3 - "$zone" >"$work/nights.jsonl" 2>"$work/days" <<'PYEOF'
import collections, datetime, json, sys, zoneinfo
zone, days, i = zoneinfo.ZoneInfo(sys.argv[1]), collections.Counter(), 0
for start in ("2026-03-28T12:00", "2026-10-24T12:00"):
    at = datetime.datetime.fromisoformat(start).replace(tzinfo=datetime.timezone.utc)
    for _ in range(4 * 48):
        at += datetime.timedelta(minutes=15)
        print(json.dumps({"id": "n%d" % i, "answered_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "csat": 1 + i % 5, "channel": "chat"}))
        days[at.astimezone(zone).date().isoformat()] += 1
        i += 1
for day in sorted(days):
    print(day, days[day], file=sys.stderr)
PYEOF
	export OPINIA_NOW=2026-11-20
	exits 0 opinia import "$work/nights.jsonl"
	opinia stats --by day --format json | jq -r '"\(.day) \(.n)"' >"$work/got"
	cmp -s "$work/got" "$work/days" || die "$zone: days by counters: $(diff "$work/got" "$work/days")"
	# the same by bitmaps, and by the filter
	opinia stats id:0.. --by day --format json | jq -r '"\(.day) \(.n)"' >"$work/got"
	cmp -s "$work/got" "$work/days" || die "$zone: days by bitmaps: $(diff "$work/got" "$work/days")"
	while read -r day n; do
		same "$zone, $day" "$(opinia query "day:$day" --count)" "$n"
	done <"$work/days"
	exits 0 opinia check
done

# ---- a clock that jumps: what has a time keeps it, what has none is of when it came
new_store
for now in 2026-08-30 2026-08-28 2026-09-02 2026-08-30; do
	printf '{"id":"with-%s","answered_at":"2026-08-01T10:00:00Z","csat":4,"channel":"chat"}\n{"id":"without-%s","csat":2,"channel":"chat"}\n' \
		"$now" "$now" >"$work/jump.jsonl"
	OPINIA_NOW=$now exits 0 opinia import "$work/jump.jsonl"
	exits 0 opinia check
done
export OPINIA_NOW=2026-09-10
same "answered on that day" "$(opinia query day:2026-08-01 --count)" 3
same "all of them" "$(opinia query --count)" 6
same "days add up" "$(opinia stats --by day --format json | jq -s 'map(.n) | add')" 6

echo "two imports at once, half copies, nights of 23 and 25 hours, jumping clocks"
