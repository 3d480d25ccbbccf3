#!/bin/sh
# Another lexicon while the shop goes on: retag is killed twice in the middle, beside an import; the check
# agrees at every moment, and in the end the verdicts are those of a retag that nobody disturbed.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

rows() {
	awk -v first="$1" -v count="$2" 'BEGIN {
		srand(first + 1)
		n = split("nu merge plata curierul zburlix super polecam szybko drogo paczka uszkodzona bine", w, " ")
		split("chat email phone", channel, " ")
		print "id,date,csat,channel,comment"
		for (i = first; i < first + count; i++) {
			text = w[int(rand() * n) + 1]
			for (k = 0; k < 5; k++) text = text " " w[int(rand() * n) + 1]
			printf "R%d,2026-%02d-%02d,%d,%s,%s\n", i, 1 + i % 8, 1 + i % 28, 1 + i % 5, channel[i % 3 + 1], text
		}
	}'
}
# what every record is said to be, found by its own words and not by its number here
verdicts() {
	opinia query --limit 0 --format json | jq -r '[.at, .comment, .sentiment, (.topics | tostring)] | @tsv' | sort
}

rows 0 24000 >"$work/first.csv"
rows 24000 6000 >"$work/later.csv"
new_store
exits 0 opinia import "$work/first.csv"
exits 0 opinia retag --status --format json
[ ! -s "$work/stdout" ] || die "nothing is under way: $(cat "$work/stdout")"
mkdir -p "$OPINIA_STORE/lexicons.d/ro"
printf 'zburlix*\t-3.0\n' >"$OPINIA_STORE/lexicons.d/ro/words.tsv"
exits 0 opinia explain zburlix
before=$(opinia query sentiment:neg --count)

mixed=0 round=0
while [ "$round" -lt 2 ]; do
	opinia retag >/dev/null 2>&1 &
	retag=$!
	opinia import "$work/later.csv" >/dev/null 2>&1 &
	import=$!
	# until it has said that it is behind some, or has ended
	for _ in $(seq 400); do
		percent=$(opinia retag --status --format json 2>/dev/null | jq .percent)
		[ "${percent:-0}" -gt $((round * 35)) ] && break
		kill -0 "$retag" 2>/dev/null || break
	done
	kill -9 "$retag" 2>/dev/null || true
	wait "$retag" 2>/dev/null || true
	exits 0 opinia check
	opinia retag --status --format json >"$work/status" 2>/dev/null
	if [ -s "$work/status" ]; then
		mixed=$((mixed + 1))
		exits 0 opinia stats --by channel
		grep -q 'being read again' "$work/stdout" || die "stats does not say that verdicts are mixed"
	fi
	wait "$import" || die "the import beside it failed"
	round=$((round + 1))
done
[ "$mixed" -gt 0 ] || die "no round was killed in the middle: the test proves nothing"
# whose verdicts they are is said in numbers: rows 24000 on came later, all of them read by the new lexicon
opinia stats --by channel >"$work/out"
older=$(sed -n 's/^\([0-9]*\) of 30000 comments in it w.* older lexicon.*/\1/p' "$work/out")
[ "${older:-0}" -gt 0 ] || die "stats does not say how many are of before: $(tail -n 3 "$work/out")"
[ "$older" -lt 24000 ] || die "of before are $older, which leaves nothing to a retag that was killed"
exits 0 opinia report since:2026-01-01 until:2026-12-31 --out "$work/page.html"
grep -qE "of (30,000|30 000|30000) comments were read with an older lexicon" "$work/page.html" || die "the page does not say it"
exits 0 opinia retag
exits 0 opinia retag --status --format json
[ ! -s "$work/stdout" ] || die "it is done: $(cat "$work/stdout")"
opinia stats --by channel >"$work/out"
grep -qE 'being read again|older lexicon' "$work/out" && die "stats says that verdicts are mixed"
exits 0 opinia check
[ "$(opinia query sentiment:neg --count)" -gt "$before" ] || die "the new line changed nothing"
same "rows" "$(opinia query --count)" 30000
verdicts >"$work/disturbed.tsv"
exits 0 opinia retag --diff --all --format json
[ ! -s "$work/stdout" ] || die "some were left behind: $(cat "$work/stdout")"

mv "$OPINIA_STORE/lexicons.d" "$work/lines"
new_store
exits 0 opinia import "$work/first.csv" "$work/later.csv"
cp -a "$work/lines" "$OPINIA_STORE/lexicons.d"
# what it said would change is what changes: the records one by one, the counts, the indicator
exits 2 opinia retag --ids
exits 0 opinia retag --diff --ids --format json
opinia query --limit 0 --format json | jq -r '[.id, .sentiment] | @tsv' | sort >"$work/labels.before"
jq -r 'select(.before != .after) | [.id, .after] | @tsv' "$work/stdout" | sort >"$work/labels.said"
exits 0 opinia retag --diff --format json
cp "$work/stdout" "$work/diff"
wanted=$(jq 'select(.what == "kpi:negative_share") | .after' "$work/diff")
exits 0 opinia retag
opinia query --limit 0 --format json | jq -r '[.id, .sentiment] | @tsv' | sort >"$work/labels.after"
comm -13 "$work/labels.before" "$work/labels.after" | cmp - "$work/labels.said" || die "other records changed than --diff --ids said"
[ -s "$work/labels.said" ] || die "no record is said to change"
same "negative share" "$(opinia kpi --metric negative_share since:2026-01-01 --format json | jq .negative_share.value)" "$wanted"
same "negative comments" "$(opinia query sentiment:neg --count)" "$(jq 'select(.what == "sentiment:neg") | .after' "$work/diff")"
verdicts >"$work/undisturbed.tsv"
cmp -s "$work/disturbed.tsv" "$work/undisturbed.tsv" || die "the verdicts are others than without a disturbance"
echo "killed $mixed times in the middle beside an import; the verdicts are those of one that nobody disturbed"
