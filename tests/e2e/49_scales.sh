#!/bin/sh
# A source that was read upside down is planted beside healthy ones, one whose scores are of something
# else, and one with too few answers to tell: `check --scales` names the first two with their examples,
# and following its advice ends it.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
exits 0 opinia check --scales
grep -q 'no answer has both' "$work/stderr" || die "an empty store: $(cat "$work/stderr")"
import_sample
exits 0 opinia check --scales --format json
same "the sample is healthy" "$(jq -r .reading "$work/stdout" | sort -u)" fits

# answers NAME N KIND: marks for words; KIND: right, reversed (1 is the best), any (whatever comes)
answers() {
	awk -v name="$1" -v n="$2" -v kind="$3" 'BEGIN {
		words[5] = "excelent, foarte mulțumit|super, recomand tuturor|bardzo polecam, świetna obsługa"
		words[4] = "a fost bine|dobra obsługa|mulțumesc pentru ajutor"
		words[3] = "am sunat ieri la voi|dzwoniłem wczoraj rano|am întrebat de program"
		words[2] = "răspuns cam lent|długo czekałem|nu sunt mulțumit"
		words[1] = "groaznic, foarte dezamăgit, tel 0722 123 456|fatalna obsługa, nie polecam|dezastru, nu mai cumpăr"
		print "id,date,question,csat,comment"
		for (i = 0; i < n; i++) {
			feeling = 1 + (i * 7 + int(i / 5)) % 5
			split(words[feeling], w, "|")
			mark = kind == "right" ? feeling : kind == "reversed" ? 6 - feeling : 1 + (i * 3 + int(i / 7)) % 5
			printf "%s%d,2026-08-%02d,,%d,\"%s\"\n", name, i, 1 + i % 28, mark, w[1 + i % 3]
		}
	}' >"$work/$1.csv"
	exits 0 opinia import --scale csat=1..5 "$work/$1.csv" --source "$1"
}
answers healthy 60 right
answers small 31 right
answers turned 60 reversed
answers few 20 reversed
answers foreign 600 any

exits 1 opinia check --scales --format json
cp "$work/stdout" "$work/rows"
for pair in healthy:fits small:fits turned:reversed few:unknown foreign:unrelated; do
	same "${pair%:*}" "$(jq -r --arg s "${pair%:*}" 'select(.source == $s) | .reading' "$work/rows")" "${pair#*:}"
done
jq -e 'select(.source == "turned") | .n == 60 and .agreement.high < -0.5 and .agreement.n == 60 and .scale == "1..5"' "$work/rows" >/dev/null ||
	die "figures: $(cat "$work/rows")"
same "examples" "$(jq 'select(.source == "turned") | .examples | length' "$work/rows")" 3
same "none of those that fit" "$(jq 'select(.reading == "fits") | .examples | length' "$work/rows" | sort -u)" 0
exits 1 opinia check --scales
grep -q 'scale.csat = 5..1' "$work/stdout" || die "no advice: $(cat "$work/stdout")"
grep -q '0722' "$work/stdout" && die "a telephone number is shown"
grep -q 'few.*reversed' "$work/stdout" && die "20 answers are too few to say so"
exits 1 opinia check --scales --lang ro
exits 2 opinia check --format json

# as advised
exits 0 opinia import --scale csat=5..1 "$work/turned.csv" --source turned
exits 1 opinia check --scales --format json
same "after the advice" "$(jq -r 'select(.source == "turned") | .reading + " " + .scale' "$work/stdout")" "fits 5..1"
exits 0 opinia check
echo "a scale read upside down is told, and mended"
