#!/bin/sh
# The questions of the people the program is for, asked of the story that is planted in the sample
# (contrib/sample/STORY.md): the answers must be the story's.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
import_sample

# between NAME VALUE LOW HIGH
between() {
	awk -v v="$2" -v lo="$3" -v hi="$4" 'BEGIN { exit !(v >= lo && v <= hi) }' ||
		die "$1: $2 is not between $3 and $4"
}

# scores do not depend on the analyzer: exactly the story's
same "csat n" "$(opinia stats --format json --metric csat | jq .csat.n)" 873
between "csat" "$(opinia stats --format json --metric csat | jq .csat.value)" 76.28 76.30
between "nps" "$(opinia stats --format json --metric nps | jq .nps.value)" 20.92 20.94
between "ces2" "$(opinia stats --format json --metric ces2 | jq .ces2.value)" 5.385 5.395
between "csat weeks 17-20" "$(opinia stats since:2026-06-22 until:2026-07-19 --format json --metric csat | jq .csat.value)" 67.0 67.1
between "csat on mobile then" "$(opinia stats since:2026-06-22 until:2026-07-19 attr.device:mobile --format json --metric csat | jq .csat.value)" 62.1 62.2
between "Ioana" "$(opinia stats 'agent:"Ioana Marinescu"' --format json --metric csat | jq .csat.value)" 92.8 93.0

# the product manager's question: since when does payment hurt, and where?
opinia topics 'complaint:order.payment,order.checkout' --by week --format json >"$work/pay"
peak=$(jq -s '[.[] | select(.week >= "2026-W26" and .week <= "2026-W29") | .complaints] | add' "$work/pay")
calm=$(jq -s '[.[] | select(.week <= "2026-W25") | .complaints] | add // 0' "$work/pay")
between "payment complaints of weeks 17-20" "$peak" 30 60
between "payment complaints of the 16 weeks before" "$calm" 5 24
mobile=$(opinia query complaint:order.payment,order.checkout since:2026-06-22 until:2026-07-19 attr.device:mobile --count)
total=$(opinia query complaint:order.payment,order.checkout since:2026-06-22 until:2026-07-19 --count)
between "share of mobile" "$(echo "$mobile $total" | awk '{ print $1 / $2 }')" 0.85 1

# the complaint that grew most in these weeks is payment or checkout, and the change is significant
top=$(opinia topics since:2026-06-22 until:2026-07-19 --sort change --format json | head -n 1)
case "$(echo "$top" | jq -r .topic)" in
order.payment | order.checkout) ;;
*) die "the complaint that grew most is $top" ;;
esac
between "its q" "$(echo "$top" | jq .q)" 0 0.05

# --why lists exactly the records of a number
n=$(opinia kpi --last 30d --metric csat --format json | jq .n)
same "kpi --why csat" "$(opinia kpi --last 30d --why csat --format json | wc -l)" "$n"
week=$(opinia stats --by week,channel --format json | jq -r 'select(.week == "2026-W27" and .channel == "chat") | .n')
same "stats --why" "$(opinia stats --by week,channel --why 2026-W27,chat --format json | wc -l)" "$week"

# the indicators that need other files than answers
opinia kpi since:2026-03-02 until:2026-08-30 --metric response_rate,first_response,fcr,retention_90,time_to_action --format json >"$work/kpi"
between "response rate" "$(jq 'select(.kpi == "response_rate") | .response_rate.value' "$work/kpi")" 33 36
same "time to action without actions" "$(jq 'select(.kpi == "time_to_action") | .time_to_action.value' "$work/kpi")" null
between "fcr" "$(jq 'select(.kpi == "fcr") | .fcr.value' "$work/kpi")" 74.6 74.8
between "first response, ms" "$(jq 'select(.kpi == "first_response") | .first_response.value' "$work/kpi")" 1000 36000000

# words: with and without diacritics they are the same search
same "płatność" "$(opinia query płatność --count)" "$(opinia query platnosc --count)"
exits 1 opinia query zzzznothing
exits 2 opinia query 'topc:order'
grep -q 'topic' "$work/stderr" || die "no suggestion for a wrong field"
exits 2 opinia topisc
exits 2 opinia kpi --metric cast

# personal data: replaced, shown to whoever asks for it by name, and that is written down
opinia query '-kind:activity' --limit 0 >"$work/all"
grep -qE '[[:alnum:].]+@example\.' "$work/all" && die "an e-mail address is shown without --reveal"
exits 0 opinia query --limit 1 --reveal
opinia audit --format json | jq -e "select(.action == \"reveal\")" >/dev/null || die "--reveal left no audit entry"

# without its key the store shows numbers and no words
mv "$OPINIA_STORE.key" "$work/away"
exits 0 opinia stats --by channel
exits 0 opinia query --limit 3 --format json
same "words without the key" "$(jq -r '.comment // "none"' "$work/stdout" | sort -u)" none
mv "$work/away" "$OPINIA_STORE.key"

# nothing of a comment or a customer is readable in the files of the store (its compression
# dictionary holds sentences of ours, so the words looked for are some that only customers used)
for word in adrian.matei rnistor LOT-104207 opryskliwy zmechacił 'mă aruncă'; do
	grep -qa "$word" "$OPINIA_STORE/data.mdb" && die "\"$word\" stands in the data file"
done
echo "the story is found: $calm complaints of payment in 16 weeks, $peak in the next four"
