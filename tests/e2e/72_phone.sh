#!/bin/sh
# A queue_log as the dialplan of contrib/asterisk writes it: read while it grows and is rotated, each
# call and each survey lands once, what is broken stands aside, and reading again changes nothing.
# The same log as a file to import comes to the same numbers.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

calls=300
# Of ten calls one is abandoned; one hangs up when asked; one presses nothing, one a key that means
# nothing; six answer. Who did not hang up is asked the second question as well.
awk -v calls="$calls" 'BEGIN {
	for (i = 0; i < calls; i++) {
		t = 1785000000 + i * 60; id = (t - 2) "." i; lang = i % 2 ? "pl" : "ro"
		head = "|" id "|suport|"
		printf "%d%sNONE|ENTERQUEUE||07210%05d|1\n", t, head, i
		if (i % 10 == 9) { printf "%d%sNONE|ABANDON|1|1|20\n", t + 20, head; continue }
		printf "%d%sAndrei|CONNECT|5|%s1|3\n", t + 5, head, id
		printf "%d%sAndrei|COMPLETEAGENT|5|25|1\n", t + 30, head
		printf "%d%sAndrei|CSATOFFER|%s|q1\n", t + 30, head, lang
		if (i % 10 == 8) { printf "%d%sAndrei|CSATHANGUP|%s|q1\n", t + 33, head, lang; continue }
		key = i % 10 == 6 ? "" : i % 10 == 7 ? 9 : 1 + i % 5
		printf "%d%sAndrei|CSAT|%s|%s|q1\n", t + 35, head, key, lang
		printf "%d%sAndrei|NPSOFFER|%s|q2\n", t + 35, head, lang
		printf "%d%sAndrei|NPS|%s|%s|q2\n", t + 40, head, i % 10 == 6 ? "" : i % 11, lang
	}
}' >"$work/whole"
answers=$((calls * 6 / 10 + calls * 7 / 10)) # of the first question, of the second
surveys=$((calls * 9 / 10 + calls * 8 / 10))
all=$((calls + answers + surveys))

log="$work/queue_log"
# the first 100 calls; then as many as are written when the log is rotated, in the middle of a call
first=$(grep -n '|ENTERQUEUE|' "$work/whole" | sed -n 101p | cut -d: -f1)
second=$(grep -n '|COMPLETEAGENT|' "$work/whole" | sed -n 200p | cut -d: -f1)
head -n $((first - 1)) "$work/whole" >"$log"

# collected CODE: sums new and set aside
collected() {
	exits "$1" opinia collect --format json pbx
	new=$(sum new) revised=$(sum revised) aside=$(sum rejected)
}

new_store
cat >>"$OPINIA_STORE/opinia.conf" <<EOC

[source pbx]
adapter = asterisk-queue
path = $log
events = CSAT NPS
EOC
exits 0 opinia sources test pbx
collected 0
total=$new
[ "$total" -gt 0 ] || die "nothing of the first hundred calls"
same "set aside of a good log" "$aside" 0

sed -n "${first},${second}p" "$work/whole" >>"$log"
printf '17850\n1785012000|17850|sup\n' >>"$log"
mv "$log" "$log.1"
tail -n +$((second + 1)) "$work/whole" >"$log"
collected 65
total=$((total + new))
same "all records of all calls" "$total" "$all"
same "revised" "$revised" 0
same "set aside" "$aside" 2
same "answers" "$(opinia query --count)" "$answers"
same "answers to the first question" "$(opinia query --count csat:1..5)" $((calls * 6 / 10))
same "recommendations" "$(opinia query --count nps:0..10)" $((calls * 7 / 10))
same "answers in Polish calls" "$(opinia query --count channel:phone)" "$answers"
exits 0 opinia check

collected 0
same "new the second time" "$new" 0
same "revised the second time" "$revised" 0

# half a line at the end waits for its rest
printf '1785030000|1785029998.900|suport|Andrei|CSAT|5' >>"$log"
collected 0
same "half a line" "$new" 0
printf '|ro|q1\n' >>"$log"
collected 0
[ "$new" -ge 1 ] || die "the line that was completed did not land"
exits 0 opinia check

# the same log as a file
new_store
exits 0 opinia import --format json "$work/whole"
same "imported" "$(sum new)" "$all"
same "answers of the import" "$(opinia query --count)" "$answers"
exits 0 opinia import --format json "$work/whole"
same "imported again" "$(sum new)" 0
same "revised again" "$(sum revised)" 0
exits 0 opinia check
echo "calls and surveys of a queue_log landed once, over a rotation and broken lines"
