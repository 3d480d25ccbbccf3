#!/bin/sh
# Five stars and furious words: flagged when they land, found by is:contradiction, told by query, explain
# and report, gone with a correction. What was learned of the same scores has no say in it.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
import_sample

# every planted one (contrib/sample/STORY.md, 7) is found, and little else
awk -F '\t' '$3 == "furious5" || $3 == "praise1" { n++ } END { print n }' contrib/sample/planted.tsv >"$work/planted"
same "planted" "$(cat "$work/planted")" 12
found=$(opinia query is:contradiction --count)
if [ "$found" -lt 12 ] || [ "$found" -gt 16 ]; then die "$found contradictions, 12 are planted"; fi
opinia query is:contradiction --limit 0 --format json >"$work/found"
for words in 'Bătaie de joc!' 'Absolute disaster' 'wstyd, zenada' 'Totul excelent' 'super rapid si amabili' 'bardzo polecam'; do
	grep -q "$words" "$work/found" || die "not found: $words"
done
same "each says so" "$(jq -r .contradiction "$work/found" | sort -u)" true
same "others do not" "$(opinia query -is:contradiction --limit 0 --format json | jq -r .contradiction | sort -u)" false
id=$(jq -r 'select(.comment | startswith("Totul excelent")) | .id' "$work/found")
opinia explain "$id" | grep -q 'csat 1/5' || die "explain does not say it"
opinia query "id:$id" | grep -q 'score and words contradict' || die "query does not say it"
opinia report since:2026-03-02 until:2026-08-30 --out "$work/page.html" 2>/dev/null
grep -q 'is:contradiction' "$work/page.html" || die "the report does not say it"

# praise with the worst mark, often enough to learn from, and the flag stays where it was
echo 'id,date,customer,csat,comment' >"$work/odd.csv"
awk 'BEGIN { for (i = 0; i < 400; i++) printf "o%d,2026-08-%02d,k%d@exemplu.ro,%d,%s\n", i, 1 + i % 28, i % 80, i % 2 ? 1 : 5,
	i % 2 ? "excelent si foarte multumit" : "groaznic si foarte dezamagit" }' >>"$work/odd.csv"
exits 0 opinia import "$work/odd.csv" --source odd
same "all of them" "$(opinia query source:odd is:contradiction --count)" 400
awk 'BEGIN { for (i = 0; i < 400; i++) printf "{\"text\":\"%s\",\"rating\":%d}\n",
	i % 2 ? "excelent si foarte multumit" : "groaznic si foarte dezamagit", i % 2 ? 1 : 5 }' >"$work/odd.jsonl"
mkdir -p "$OPINIA_STORE/lexicons.d"
opinia lexicon learn "$work/odd.jsonl" --out "$OPINIA_STORE/lexicons.d" >/dev/null
opinia retag >/dev/null 2>&1
same "learned the wrong way round" "$(opinia query source:odd sentiment:neg csat:1 --count)" 200
same "and flagged as before" "$(opinia query source:odd is:contradiction --count)" 400

# a correction takes it back
sed -i 's/,1,excelent/,5,excelent/' "$work/odd.csv"
exits 0 opinia import "$work/odd.csv" --source odd
same "half of them were corrected" "$(opinia query source:odd is:contradiction --count)" 200
exits 0 opinia check
