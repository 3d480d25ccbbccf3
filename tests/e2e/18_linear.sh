#!/bin/sh
# A comment four times as long costs at most five times the steps, whatever it is made of; counted in
# instructions by valgrind, so that a busy machine does not matter. And a mebibyte of one word is read.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

# text UNIT KIB: the unit over and over.
text() {
	yes "$1" | tr -d '\n' | head -c "$(($2 * 1024))"
	echo
}

# steps FILE: instructions of reading it.
steps() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null opinia tag --threads 1 "$1" 2>&1 >/dev/null |
		sed -n 's/.*Collected : //p'
}

echo x >"$work/none"
none=$(steps "$work/none")
for unit in a ab.c@ '0722 ' 'nu bun ' '5/ '; do
	text "$unit" 32 >"$work/short"
	text "$unit" 128 >"$work/long"
	short=$(($(steps "$work/short") - none)) long=$(($(steps "$work/long") - none))
	# a word of letters costs nearly nothing: there the noise of a start is allowed for
	[ "$long" -le $((5 * short + 1000000)) ] || die "\"$unit\": $short steps of 32 KiB, $long of 128"
done

text a 1023 >"$work/word"
exits 0 opinia tag "$work/word"
same "one word of a mebibyte" "$(jq -c '[.lang, .sentiment.label]' "$work/stdout")" '["und","neu"]'
