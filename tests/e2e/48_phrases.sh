#!/bin/sh
# A complaint that no topic knows is planted among the sample: `phrases` finds it with its figures and
# customers, in their words without personal data; its line, put into lexicons.d, makes it a topic's, and
# it is found no more. `lexicon suggest` says the same of a file. Few customers are never told of.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
import_sample
exits 1 opinia phrases --against rest topic:delivery
grep -q 'no phrase stands out' "$work/stderr" || die "it does not say why: $(cat "$work/stderr")"

# 40 customers in August whose wardrobe's hinge has rusted, 30 content ones; one customer says the other thing often
planted() {
	awk 'BEGIN {
		split("balamaua dulapului e ruginită|am găsit balamale ruginite sub vopsea|balamaua a venit ruginita|sunati-ma la 0722 123 456, balamaua e ruginită", bad, "|")
		split("dulapul arată minunat|mulțumesc, foarte frumos dulapul|recomand dulapul|montaj ușor și rapid", good, "|")
		print "id,date,customer,csat,comment"
		for (i = 0; i < 40; i++) printf "b%d,2026-08-%02d,b%d@exemplu.ro,1,\"%s\"\n", i, 1 + i % 28, i, bad[1 + i % 4]
		for (i = 0; i < 30; i++) printf "g%d,2026-08-%02d,g%d@exemplu.ro,5,\"%s\"\n", i, 1 + i % 28, i, good[1 + i % 4]
		for (i = 0; i < 20; i++) printf "s%d,2026-08-%02d,one@exemplu.ro,1,sertarul hodorogește\n", i, 1 + i % 28
	}'
}
planted >"$work/planted.csv"
exits 0 opinia import --scale csat=1..5 "$work/planted.csv" --source dulapuri

exits 0 opinia phrases --format json
cp "$work/stdout" "$work/first"
# one FILE: the planted phrase as JSON, nothing where it is not told
one() { jq -c 'select(.phrase | startswith("balama") and endswith("ruginită"))' "$1"; }
one "$work/first" >"$work/hinge"
same "complaints" "$(jq ".n" "$work/hinge")" 40
same "held against" "$(jq ".n_against" "$work/hinge")" 0
same "customers" "$(jq ".customers" "$work/hinge")" 40
same "csat with it" "$(jq ".inside.value" "$work/hinge")" 0
jq -e '.q < 0.001 and .z > 2 and .outside.value > 50 and (.examples | length) == 3' "$work/hinge" >/dev/null ||
	die "figures: $(cat "$work/hinge")"
grep -q hodoroge "$work/first" && die "one customer alone is told of"
grep -q '0722' "$work/first" && die "a telephone number is shown"
opinia phrases --format json >"$work/again"
cmp -s "$work/first" "$work/again" || die "asked again, the answer differs"
exits 0 opinia phrases --reveal --format json
grep -q '0722' "$work/stdout" || die "--reveal shows no more"
opinia audit --format json | jq -e 'select(.action == "reveal")' >/dev/null || die "--reveal is not written down"

# new in August; nothing else of the same days says it
exits 0 opinia phrases since:2026-08-01 --against before --format json
[ -n "$(one "$work/stdout")" ] || die "not found against the period before"
exits 0 opinia phrases source:dulapuri --against rest --format json
[ -n "$(one "$work/stdout")" ] || die "not found against other sources"
exits 0 opinia phrases --limit 1 --lang pl
[ "$(grep -c '^ 1\.' "$work/stdout")" = 1 ] || die "no table: $(cat "$work/stdout")"
exits 1 opinia phrases --k 41
exits 2 opinia phrases --k 2
exits 2 opinia phrases topc:order

# the line makes it a topic's
mkdir -p "$OPINIA_STORE/lexicons.d/ro"
jq -r .line "$work/hinge" >"$OPINIA_STORE/lexicons.d/ro/topics.tsv"
exits 0 opinia lexicon check
topic=$(jq -r ".topic" "$work/hinge")
opinia retag >/dev/null 2>&1
n=$(opinia query source:dulapuri "topic:$topic" --count)
[ "$n" -ge 38 ] || die "the line catches $n of 40"
opinia phrases --format json >"$work/after" || :
[ -z "$(one "$work/after")" ] || die "a topic covers it, and it is told of all the same"
rm -r "$OPINIA_STORE/lexicons.d"

# the same from a file, and its lines stand as they are printed
awk -F, 'NR > 1 && !/^s/ { split($0, p, "\""); c = p[2] == "" ? $5 : p[2]
	printf "{\"id\":\"%s\",\"customer\":\"%s\",\"text\":\"%s\",\"rating\":%d}\n", $1, $3, c, $4 }' "$work/planted.csv" >"$work/scored.jsonl"
awk 'BEGIN { for (i = 0; i < 20; i++) print "{\"text\":\"sertarul hodorogeste\",\"customer\":\"one\",\"label\":\"neg\"}" }' >>"$work/scored.jsonl"
exits 0 opinia lexicon suggest "$work/scored.jsonl"
grep -q 'balama' "$work/stdout" || die "suggest: $(cat "$work/stdout")"
grep -q 'lexicons.d/ro/topics.tsv' "$work/stdout" || die "no file is named"
grep -q 'hodorog' "$work/stdout" && die "suggest: a term of one customer"
grep -q 'exemplu\|0722' "$work/stdout" && die "suggest: personal data"
mkdir -p "$OPINIA_STORE/lexicons.d/ro"
exits 0 opinia lexicon suggest "$work/scored.jsonl" --only topics
cp "$work/stdout" "$OPINIA_STORE/lexicons.d/ro/topics.tsv"
exits 0 opinia lexicon suggest - --only words <"$work/scored.jsonl"
cp "$work/stdout" "$OPINIA_STORE/lexicons.d/ro/words.tsv"
exits 0 opinia lexicon check
grep -q ' warning' "$work/stdout" && ! grep -q '^0 warnings' "$work/stdout" && die "remarks: $(cat "$work/stdout")"
rm -r "$OPINIA_STORE/lexicons.d"
exits 0 opinia lexicon suggest
grep -q 'balama' "$work/stdout" || die "suggest from the store: $(cat "$work/stdout")"
echo '{"text":"balamaua' >"$work/bad.jsonl"
cat "$work/scored.jsonl" >>"$work/bad.jsonl"
exits 65 opinia lexicon suggest "$work/bad.jsonl"
exits 66 opinia lexicon suggest "$work/none.jsonl"
echo "what recurs is found, told without persons, and becomes a topic"
