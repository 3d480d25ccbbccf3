#!/bin/sh
# Scores teach words: from a file and from the store, the same bytes each time, in use as soon as the
# file lies in lexicons.d, and gone when it is gone. Too little teaches nothing, and says why.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
# 300 answers whose only telling words are ones that no lexicon knows; 60 customers
answers() {
	awk -v id="$1" -v text="$2" -v score="$3" 'BEGIN {
		split("plimox zarel curtovan", good, " "); split("brodat nimurel scovorda", bad, " ")
		split("la magazin,cu telefonul,pe site,de la curier,in aplicatie", place, ",")
		for (i = 0; i < 300; i++) {
			word = i % 2 ? good[int(i / 2) % 3 + 1] : bad[int(i / 2) % 3 + 1]
			printf "{\"%s\":\"r%d\",\"%s\":\"totul a fost %s %s\",\"%s\":%d,\"customer\":\"c%d@exemplu.ro\"}\n",
				id, i, text, word, place[i % 5 + 1], score, i % 2 ? 5 : 1, i % 60
		}
	}'
}
label() { opinia explain "$@" --format json | jq -r .sentiment.label; }

answers id text rating >"$work/scored.jsonl"
exits 0 opinia lexicon learn "$work/scored.jsonl" --out "$work/over"
grep -q plimox "$work/stdout" || die "what was learned is not told: $(cat "$work/stdout")"
cp "$work/over/learned.tsv" "$work/first.tsv"
exits 0 opinia lexicon learn "$work/scored.jsonl" --out "$work/over"
cmp -s "$work/over/learned.tsv" "$work/first.tsv" || die "the same answers gave other bytes"
grep -q exemplu "$work/first.tsv" && die "a customer is in the file"
same "before" "$(label 'un curtovan azi')" neu
same "with the folder" "$(label 'un curtovan azi' --lexicon "$work/over")" pos
same "tag takes it too" "$(echo 'un nimurel azi' | opinia tag --lexicon "$work/over" | jq -r .sentiment.label)" neg

head -150 "$work/scored.jsonl" >"$work/few.jsonl"
exits 1 opinia lexicon learn "$work/few.jsonl" --out "$work/none"
grep -q '150 comments' "$work/stderr" || die "no reason is given: $(cat "$work/stderr")"
[ ! -e "$work/none" ] || die "something was written after all"
echo '{"text":"x","rating":9}' >>"$work/scored.jsonl"
exits 65 opinia lexicon learn "$work/scored.jsonl" --out "$work/over"
grep -q 'line 301' "$work/stderr" || die "the bad line is not named"
cmp -s "$work/over/learned.tsv" "$work/first.tsv" || die "a bad line changed what the others teach"

answers id comment csat | jq -c '. + {answered_at: "2026-08-01T10:00:00Z", channel: "chat"}' >"$work/answers.jsonl"
exits 0 opinia import "$work/answers.jsonl"
exits 0 opinia lexicon learn --out "$OPINIA_STORE/lexicons.d"
same "of the store" "$(label 'un curtovan azi')" pos
exits 0 opinia lexicon check
exits 0 opinia retag --diff --format json
[ -s "$work/stdout" ] || die "retag sees no difference"
exits 0 opinia lexicon learn --dry-run
rm -r "$OPINIA_STORE/lexicons.d"
same "taken back" "$(label 'un curtovan azi')" neu
exits 0 opinia lexicon test

new_store
answers id comment nps | jq -c '. + {answered_at: "2026-08-01T10:00:00Z", channel: "chat"}' >"$work/nps.jsonl"
exits 0 opinia import "$work/nps.jsonl"
exits 1 opinia lexicon learn --dry-run
grep -q '300 bad and 0 good' "$work/stderr" || die "5 of 10 would not recommend: $(cat "$work/stderr")"
# words that the lexicon has right: there is nothing to learn but how sure it may be
awk 'BEGIN {
	split("foarte bun,excelent,super,multumit,recomand", good, ","); split("foarte prost,groaznic,dezamagit,nemultumit,o teapa", bad, ",")
	for (i = 0; i < 400; i++)
		printf "{\"id\":\"s%d\",\"text\":\"%s, comanda %d\",\"label\":\"%s\",\"customer\":\"k%d\"}\n",
			i, i % 2 ? good[int(i / 2) % 5 + 1] : bad[int(i / 2) % 5 + 1], i, (i % 2 == (i % 20 < 18)) ? "pos" : "neg", i
}' >"$work/known.jsonl"
exits 0 opinia lexicon learn "$work/known.jsonl" --out "$work/sure"
grep -q 'only how sure' "$work/stdout" || die "not said what was learned: $(cat "$work/stdout")"
grep -q '^@conf	' "$work/sure/learned.tsv" || die "no confidence in $(cat "$work/sure/learned.tsv")"
grep -qv '^[#@]' "$work/sure/learned.tsv" && die "words are in it: $(cat "$work/sure/learned.tsv")"
same "its label" "$(label 'e excelent' --lexicon "$work/sure")" pos
conf() { opinia explain "$@" --format json | jq .sentiment.conf; }
[ "$(conf 'e excelent')" != "$(conf 'e excelent' --lexicon "$work/sure")" ] || die "it is as sure as before"

echo "scores teach, and what they taught can be tried, used and taken back"
