#!/bin/sh
# `tag` is a filter: order kept, ids echoed with their type, the same bytes however many threads.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

printf '%s\n' 'nu merge plata' '' 'Bardzo szybka dostawa, polecam!' >"$work/lines"
opinia tag <"$work/lines" >"$work/out"
same "lines" "$(wc -l <"$work/out")" 3
same "ids" "$(jq -c .id "$work/out" | tr '\n' ' ')" '1 2 3 '
same "labels" "$(jq -r .sentiment.label "$work/out" | tr '\n' ' ')" 'neg neu pos '

printf '%s\n' '{"id":"a-7","text":"super"}' '{"id":17,"text":"lipa","lang":"pl"}' '{"id":3,' '{"text":null,"id":"n"}' >"$work/json"
code=0
opinia tag <"$work/json" >"$work/out" 2>"$work/err" || code=$?
same "exit status with a broken line" "$code" 65
same "ids with types" "$(jq -c .id "$work/out" | tr '\n' ' ')" '"a-7" 17 3 "n" '
same "the broken line has an error" "$(jq -r 'select(.error) | .id' "$work/out")" 3

printf '\357\273\277{"id":5,"text":"super"}\r\n' >"$work/marked"
same "the mark of a Windows file is no text" "$(opinia tag "$work/marked" | jq -c '[.id, .evidence[0].start]')" '[5,0]'

cut -d';' -f14 "$sample/feedback-chat.csv" | iconv -f cp1250 -t utf-8 >"$work/many"
for _ in 1 2 3 4 5 6 7 8; do cat "$work/many"; done >"$work/more"
opinia tag --threads 1 <"$work/more" >"$work/one"
opinia tag --threads 7 <"$work/more" >"$work/seven"
cmp "$work/one" "$work/seven" || die "threads change the output"
same "a line each" "$(wc -l <"$work/one")" "$(wc -l <"$work/more")"

# a person who types gets an answer before the end of the input
mkfifo "$work/pipe"
opinia tag <"$work/pipe" >"$work/live" &
exec 9>"$work/pipe"
echo 'excelent' >&9
tries=0
while [ ! -s "$work/live" ] && [ "$tries" -lt 50 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
[ -s "$work/live" ] || die "no answer until the input ends"
exec 9>&-
wait
echo "order, ids, threads and pipes are right"
