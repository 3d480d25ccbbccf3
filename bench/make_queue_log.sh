#!/bin/sh
# Writes a queue_log of about MB megabytes to standard output: make_queue_log.sh MB. Calls come a
# few seconds apart, some forty at a time; the lines are those of contrib/asterisk.
exec awk -v bytes="$((${1:?usage: make_queue_log.sh MB} * 1000000))" 'BEGIN {
	n = 0
	for (i = 0; n < bytes; i++) {
		t = 1500000000 + i * 3; id = (t - 2) "." i; lang = i % 2 ? "pl" : "ro"
		# what came of the call that began two minutes ago, so that calls overlap
		j = i - 40; u = t; old = (1500000000 + j * 3 - 2) "." j
		s = t "|" id "|suport|NONE|ENTERQUEUE||0721" (100000 + i % 899999) "|1\n"
		s = s (t + 1) "|" id "|suport|PJSIP/" (1001 + i % 40) "|CONNECT|1|" id "1|1\n"
		if (j >= 0) {
			h = "|" old "|suport|PJSIP/" (1001 + j % 40) "|"
			s = s (u + 1) h "COMPLETEAGENT|1|118|1\n" (u + 1) h "CSATOFFER|" lang "|q1\n"
			s = s (u + 2) h "CSAT|" (j % 7 ? 1 + j % 5 : "") "|" lang "|q1\n"
		}
		n += length(s)
		printf "%s", s
	}
}'
