#!/bin/sh
# A team's own lines (lexicons.d in the store) win over the shipped ones, are used at once when they
# change, and a wrong line is named with its place.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
label() { opinia explain "$1" --format json | jq -r .sentiment.label; }
hash() { opinia explain x --format json | jq -r .lexicon; }
shipped=$(hash)
same "an unknown word" "$(label 'curierul a fost zburlix')" neu
mkdir -p "$OPINIA_STORE/lexicons.d/ro"
printf 'zburlix*\t-3.0\n' >"$OPINIA_STORE/lexicons.d/ro/words.tsv"
same "a word of the team" "$(label 'curierul a fost zburlix')" neg
[ "$(hash)" != "$shipped" ] || die "the hash does not tell the lexicons apart"
sleep 0.02
printf 'zburlix*\t3.0\n' >"$OPINIA_STORE/lexicons.d/ro/words.tsv"
same "the word changed" "$(label 'curierul a fost zburlix')" pos
sleep 0.02
echo "of another version" >"$OPINIA_STORE/lexicons.d.lex"
same "a table that cannot be read is made anew" "$(label 'curierul a fost zburlix')" pos
# damaged where only words are looked up: named, and made anew; whoever needs words says so and is right the next time
printf 'id,date,csat,comment\nT-1,2026-08-01,5,curierul a fost zburlix\n' >"$work/one.csv"
exits 0 opinia import "$work/one.csv"
spoil() { # a byte in the middle, the time as it was
	touch -r "$OPINIA_STORE/lexicons.d.lex" "$work/time"
	size=$(stat -c %s "$OPINIA_STORE/lexicons.d.lex")
	was=$(dd if="$OPINIA_STORE/lexicons.d.lex" bs=1 skip=$((size / 2)) count=1 status=none | od -An -tu1 | tr -d ' ')
	# shellcheck disable=SC2059
	printf "\\$(printf %o $(((was + 1) % 256)))" | dd of="$OPINIA_STORE/lexicons.d.lex" bs=1 seek=$((size / 2)) conv=notrunc status=none
	touch -r "$work/time" "$OPINIA_STORE/lexicons.d.lex"
}
spoil
exits 0 opinia check
grep -q "lexicons.d.lex was damaged" "$work/stderr" || die "check does not name it: $(cat "$work/stderr")"
exits 0 opinia check
[ ! -s "$work/stderr" ] || die "it was not made anew: $(cat "$work/stderr")"
spoil
exits 75 opinia query zburlix
exits 0 opinia query zburlix
sleep 0.02
printf 'zburlix*\tfoarte\n' >"$OPINIA_STORE/lexicons.d/ro/words.tsv"
exits 2 opinia explain 'zburlix'
grep -q 'words.tsv:1' "$work/stderr" || die "the wrong line is not named: $(cat "$work/stderr")"
rm -r "$OPINIA_STORE/lexicons.d"
same "without the team's lines" "$(hash)" "$shipped"
echo "own lines win, change and are checked"
