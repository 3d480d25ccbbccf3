#!/bin/sh
# The sample lands once, however often it is imported; a corrected rating is a revision; what is no
# row is set aside whole; and `check` agrees after each.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
[ "$(stat -c %a "$OPINIA_STORE.key")" = 600 ] || die "the key can be read by others"
exits 2 opinia init   # over a store: refused
import_sample
answers=$(jq -s '[.[] | select(.kind == "feedback") | .new] | add' "$work/stdout")
same "answers" "$answers" 892
same "rejected" "$(sum rejected)" 0
all=$(sum new)
exits 0 opinia check

import_sample
same "new the second time" "$(sum new)" 0
same "unchanged the second time" "$(sum unchanged)" "$all"
same "revised the second time" "$(sum revised)" 0

# one rating corrected: EM-00001 from 5 to 2
before=$(opinia stats --format json --metric csat | jq .csat.value)
sed '2s/;5;10;/;2;10;/' "$sample/feedback-email.csv" >"$work/feedback-email.csv"
cmp -s "$sample/feedback-email.csv" "$work/feedback-email.csv" && die "the sample changed its shape"
exits 0 opinia import --format json "$work/feedback-email.csv"
same "revised" "$(sum revised)" 1
same "new with a revision" "$(sum new)" 0
after=$(opinia stats --format json --metric csat | jq .csat.value)
[ "$before" != "$after" ] || die "the counters did not follow the revision"
exits 0 opinia check
exits 0 opinia import --format json "$sample/feedback-email.csv"
same "revised back" "$(sum revised)" 1
same "the counter is back" "$(opinia stats --format json --metric csat | jq .csat.value)" "$before"
exits 0 opinia check

# a broken file: good rows land, bad ones are set aside whole with place and reason
printf 'id;date;csat;comment\nB1;2026-08-01;5;merge bine\nB2;2026-08-01;17;prea mare\nB3;2026-08-02;"4;no end\nB4;31.02.2026;4;no such day\nB5;2026-08-03;3;ok\n' >"$work/broken.csv"
exits 65 opinia import --format json "$work/broken.csv"
same "good rows of a broken file" "$(sum new)" 2
same "bad rows of a broken file" "$(sum rejected)" 3
for row in B2 B3 B4; do
	grep -q "$row" "$work/broken.csv.rejected" || die "$row is not in the rejected file"
done
exits 65 opinia import --format json "$work/broken.csv"
same "the broken file again" "$(sum unchanged)" 2
exits 0 opinia check

# a missing file, a folder, an empty file: a sentence each, and nothing lands
exits 66 opinia import "$work/none.csv"
: >"$work/empty.csv"
exits 65 opinia import "$work/empty.csv"
grep -q empty.csv "$work/stderr" || die "the error does not name the file"
echo "sample imported, revised, restored; broken rows set aside"
