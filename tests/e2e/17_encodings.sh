#!/bin/sh
# One file in every encoding that the offices of two countries save in, with comma and with cedilla:
# the same languages, sentiments, topics and places come out, and the same letters.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

cat >"$work/utf8.csv" <<'END'
id;date;csat;comment
E01;2026-08-01;5;Îmi place mult, dar plățile nu merg, țineți-o tot așa
E02;2026-08-01;1;Coletul a întârziat două săptămâni și nimeni nu mi-a răspuns
E03;2026-08-02;2;Șoferul e rău și nepoliticos, ușa mașinii s-a zgâriat
E04;2026-08-02;4;Mulțumesc, fără reproș, însă prețul e cam mare
E05;2026-08-03;5;Vânzătoarea ne-a ajutat cu răbdare să alegem mărimea potrivită
E06;2026-08-03;1;ÎNȘELĂTORIE! ȚEPARI! Nu mai cumpăr niciodată
E07;2026-08-04;1;Zamówiłam dwa tygodnie temu i wciąż czekam na przesyłkę
E08;2026-08-04;5;Świetna obsługa, gorąco polecam każdemu
E09;2026-08-05;2;Źle zapakowane, szkło pękło, reklamacja odrzucona
E10;2026-08-05;1;ŻENADA, NIKT NIE ODBIERA TELEFONÓW
E11;2026-08-06;4;Dostawa szybka, choć karton był uszkodzony
E12;2026-08-06;3;Może być, nic szczególnego
END
sed 'y/șțȘȚ/şţŞŢ/' "$work/utf8.csv" >"$work/cedilla.csv"
iconv -f UTF-8 -t CP1250 "$work/cedilla.csv" >"$work/cp1250.csv"
iconv -f UTF-8 -t ISO-8859-2 "$work/cedilla.csv" >"$work/latin2.csv"
iconv -f UTF-8 -t ISO-8859-16 "$work/utf8.csv" >"$work/latin10.csv"

# read_as NAME: imports it into a store of its own; what was read of each row, and its letters.
read_as() {
	OPINIA_STORE="$work/store-$1"
	new_store
	exits 0 opinia import --format json "$work/$1.csv"
	same "$1: rows" "$(sum new)" 12
	exits 0 opinia query --limit 0 --format json
	jq -c 'del(.comment, .origin)' "$work/stdout" >"$work/$1.read"
	jq -r .comment "$work/stdout" | sed 'y/şţŞŢ/șțȘȚ/' >"$work/$1.text"
}

read_as utf8
grep -q '"evidence":\[{' "$work/utf8.read" || die "nothing was read at all"
for name in cedilla cp1250 latin2 latin10; do
	read_as "$name"
	cmp "$work/utf8.text" "$work/$name.text" || die "$name: other letters"
	cmp "$work/utf8.read" "$work/$name.read" || die "$name: read otherwise"
done
