#!/bin/sh
# Stores as earlier programs wrote them (tests/golden): the present one reads each byte, answers as theirs did, in
# any time zone, knows every row again, and can go on with them. One of a newer format is refused in each language.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
# shellcheck source=tests/e2e/lib/golden.sh
. tests/e2e/lib/golden.sh
older=$(find "$build" -name store-older -type f)
cd tests/golden
TZ=Pacific/Chatham
export TZ

# imported STORE FILE NEW REVISED UNCHANGED: what is left of the rows of the file are those of who was erased
imported() {
	exits 0 opinia import --format json "rows/$2"
	same "$1, $2" "$(sum new) $(sum revised) $(sum unchanged)" "$3 $4 $5"
}
format=$(sed -n 's/.*STORE_FORMAT = \([0-9]*\).*/\1/p' ../../store/format.h)
[ -d "store$format" ] || die "there is no golden store of format $format: tests/golden/make.sh"
count=0
for golden in store*; do
	golden_unpack "$golden" "$work/$golden"
	if [ "$golden" != "store$format" ]; then
		exits 2 opinia stats
		exits 0 opinia upgrade
	fi
	gzip -dc "$golden/answers.gz" >"$work/then"
	golden_answers >"$work/now"
	# an older one has one entry more, and one is counted more
	[ "$golden" = "store$format" ] || sed -i '/"action":"upgrade"/d; s/^4 entries,/3 entries,/' "$work/now"
	diff "$work/then" "$work/now" >"$work/differs" || die "$golden answers otherwise:
$(head -n 20 "$work/differs" | cut -c1-300)"

	# the same digests, the same hashes: nothing is new but what is
	imported "$golden" interactions.csv 0 0 38
	imported "$golden" invitations.csv 0 0 29
	imported "$golden" customers.csv 0 0 3
	imported "$golden" activity.csv 0 0 27
	imported "$golden" keyless.csv 0 0 3
	imported "$golden" revised.csv 0 0 3
	imported "$golden" feedback.csv 0 3 220
	imported "$golden" more.csv 2 0 0
	exits 0 opinia check
	exits 0 sh -c "echo marek.nowicki@example.pl | opinia erase --address-from-stdin --yes"
	exits 66 sh -c "echo +48512555010 | opinia subject export --address-from-stdin"
	exits 0 opinia backup "$work/$golden.backup"
	exits 0 opinia check
	exits 0 opinia audit verify
	count=$((count + 1))
done

exits 0 "$older" "$OPINIA_STORE" $((format + 1))
for language in en ro pl; do
	exits 2 opinia --lang "$language" stats
	sed "s|$work||; s|[0-9]||g" "$work/stderr" >"$work/refused.$language"
	grep -q opinia "$work/refused.$language" || die "refused in $language: $(cat "$work/stderr")"
done
grep -q 'use a newer opinia' "$work/refused.en" || die "refused: $(cat "$work/refused.en")"
cmp -s "$work/refused.en" "$work/refused.ro" && die "it is not refused in Romanian"
cmp -s "$work/refused.en" "$work/refused.pl" && die "it is not refused in Polish"
cmp -s "$work/refused.ro" "$work/refused.pl" && die "Romanian and Polish are one"
echo "$count golden stores"
