#!/bin/sh
# What a person may ask for (what is held on them; to be forgotten), what the store forgets by itself, and
# the copies of it: nobody who was erased comes back by any of them.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

mail=maria.dima85@example.ro
new_store
import_sample
cd "$work"

# what is held on one person, by an address in any spelling
exits 0 sh -c "echo ' MARIA.DIMA85@example.ro' | opinia subject export --address-from-stdin --out held.json"
who=$(jq -r .customer held.json)
phone=$(jq -r '.addresses[] | select(.kind == "phone") | .value' held.json)
words=$(jq -r '[.records[].comment // empty | select(length > 20)][0]' held.json)
records=$(jq '.records | length' held.json)
same "mode of the export" "$(stat -c %a held.json)" 600
[ "$records" -gt 10 ] || die "only $records records are held on $mail"
same "the same by pseudonym" "$(opinia subject export "$who" | jq '.records | length')" "$records"
exits 66 sh -c "echo nobody@example.ro | opinia subject export --address-from-stdin"
exits 2 sh -c "echo '$mail, $mail' | opinia subject export --address-from-stdin"
exits 66 sh -c "echo 0700000009 | opinia erase --address-from-stdin --dry-run"
grep -q 'with its country' stderr || die "a number that nobody has: $(cat stderr)"
for pasted in "Maria Dima <$mail>" "mailto:$mail?subject=x" "tel:$phone" "$(echo "$phone" | sed 's/^\(+..\)\(...\)/\1 (0)\2-/')"; do
	exits 0 sh -c "echo '$pasted' | opinia subject export --address-from-stdin"
	same "whose is $pasted" "$(jq -r .customer stdout)" "$who"
done
exits 2 opinia subject export "$mail"

# a record that was given to somebody else: each reads what it said of them, and nothing of the other
printf 'id,channel,answered_at,customer,csat,comment\nMIX-1,chat,2026-08-01 10:00:00,anna@example.pl,1,jestem chora na serce\n' >mix1.csv
printf 'id,channel,answered_at,customer,csat,comment\nMIX-1,chat,2026-08-01 10:00:00,bogdan@example.pl,2,paczka zgubiona\n' >mix2.csv
exits 0 opinia import mix1.csv
exits 0 opinia import mix2.csv
exits 0 sh -c "echo bogdan@example.pl | opinia subject export --address-from-stdin --out bogdan.json"
grep -q -e anna@ -e chora bogdan.json && die "somebody else's words are in an export"
same "his records" "$(jq '.records | length' bogdan.json)" 1
exits 0 sh -c "echo anna@example.pl | opinia subject export --address-from-stdin --out anna.json"
same "her words" "$(jq -r '.records[].comment' anna.json)" "jestem chora na serce"
grep -q -e bogdan@ -e zgubiona anna.json && die "the next one's words are in her export"
exits 0 sh -c "echo anna@example.pl | opinia erase --address-from-stdin --yes"
exits 0 sh -c "echo bogdan@example.pl | opinia erase --address-from-stdin --yes"

# rows that were set aside hold her address, whatever is written between the digits
mkdir -p "$OPINIA_STORE/rejected"
spaced=$(echo "$phone" | sed 's/^+40/0/; s/\(...\)\(...\)\(...\)/\1 \2 \3/')
printf '# 2026-08-01T10:00:00Z shop 1: no score\n{"from":"%s","text":"taina"}\n\n# 2026-08-01T10:01:00Z shop 2: no score\n{"from":"alt.om@example.ro"}\n\n# 2026-08-01T10:02:00Z calls 3: no score\nsunat de la %s azi\n\n' \
	"$mail" "$spaced" >"$OPINIA_STORE/rejected/shop.rejected"

# numbers before, and a backup
opinia stats --by week,channel --metric csat,nps --format json >before
opinia topics --format json --last 90d | jq -c '[.topic, .complaints]' >topics.before
exits 0 opinia backup monday.backup
exits 75 opinia backup monday.backup
grep -qF "$mail" monday.backup && die "the address stands in the backup"

# nobody is erased by mistake
exits 2 opinia erase
exits 2 opinia erase "$who"
exits 2 opinia erase "$mail" --yes
exits 66 opinia erase c999999 --yes
exits 0 sh -c "echo $mail | opinia erase --address-from-stdin --dry-run"
grep -q "$records records" stdout || die "the dry run says another number: $(cat stdout)"
exits 0 opinia subject export "$who"

# and she is
cp "$OPINIA_STORE/data.mdb" data.before
cp "$OPINIA_STORE.key" key.before
exits 0 sh -c "echo $mail | opinia erase --address-from-stdin --yes --reason 'letter of 3 March'"
grep -q "2 rows that were set aside" stdout || die "rows set aside: $(cat stdout)"
exits 66 sh -c "echo $mail | opinia subject export --address-from-stdin"
exits 66 opinia erase "$who" --yes
exits 0 opinia check
[ -s stderr ] && die "something is left to be done: $(cat stderr)"
opinia stats --by week,channel --metric csat,nps --format json | cmp - before || die "a number has changed"
opinia topics --format json --last 90d | jq -c '[.topic, .complaints]' | cmp - topics.before || die "a topic has changed"
exits 1 opinia query "\"$words\"" kind:feedback

# in no file of ours
grep -rlaF -e "$mail" -e taina -e "$spaced" "$OPINIA_STORE" "$OPINIA_STORE".* && die "she is still in these files"
grep -q alt.om@example.ro "$OPINIA_STORE/rejected/shop.rejected" || die "somebody else's row is gone"
opinia audit --format json | jq -e 'select(.action == "erase") | .what == "'"$who"'" and .why == "letter of 3 March"' >/dev/null ||
	die "no audit entry"
exits 0 opinia audit verify

# the same files again do not bring her back
exits 0 opinia import --format json "$sample"/feedback-*.csv "$sample"/feedback-*.jsonl "$sample"/customers.csv
same "new after the import" "$(sum new)" 0
exits 66 sh -c "echo $mail | opinia subject export --address-from-stdin"

# nor does an old data file with the key of now, nor the backup; all others are as they were
mkdir old
cp data.before old/data.mdb
exits 0 opinia --store old --key "$OPINIA_STORE.key" check
exits 66 sh -c "echo $mail | opinia --store old --key '$OPINIA_STORE.key' subject export --address-from-stdin"
exits 0 opinia --key "$OPINIA_STORE.key" restore monday.backup --to again
exits 2 opinia --key "$OPINIA_STORE.key" restore monday.backup --to again
exits 2 opinia restore monday.backup --to elsewhere
grep -q -- --key stderr || die "it does not say that the key is missing: $(cat stderr)"
opinia query 'kind:feedback,customer' --limit 0 --format json >one
opinia --store again --key "$OPINIA_STORE.key" query 'kind:feedback,customer' --limit 0 --format json >two
cmp one two || die "the restored store answers otherwise"
exits 66 sh -c "echo $mail | opinia --store again --key '$OPINIA_STORE.key' subject export --address-from-stdin"

# the two stores live by one key file and one list: who is erased in one is so in the other as well, and the
# restored one takes nothing out of the key file
sum_before=$(sha256sum <"$OPINIA_STORE.key")
other=irina.dima@example.com
exits 0 sh -c "echo $other | opinia --store again --key '$OPINIA_STORE.key' erase --address-from-stdin --yes"
same "the key file that is shared" "$(sha256sum <"$OPINIA_STORE.key")" "$sum_before"
exits 2 opinia --store again --key "$OPINIA_STORE.key" key rotate
exits 0 opinia --store again --key "$OPINIA_STORE.key" key rotate --to again.key
exits 0 opinia --store again --key again.key check
cmp again.erased "$OPINIA_STORE.erased" || die "the list of the erased did not go along with the key"
exits 66 sh -c "echo $other | opinia subject export --address-from-stdin"
exits 0 opinia check
opinia query 'kind:feedback,customer' --limit 0 --format json >one

# a key from before opens the present as well: a backup of it is not lost with each erasure
cp "$OPINIA_STORE.key" key.after
cp key.before "$OPINIA_STORE.key"
opinia query 'kind:feedback,customer' --limit 0 --format json | cmp - one || die "the older key does not open the store"
cp key.after "$OPINIA_STORE.key"

# a new key: the words stay, the old key opens nothing
exits 0 opinia key rotate --keep-old --reason 'a laptop was lost'
opinia query 'kind:feedback,customer' --limit 0 --format json | cmp - one || die "words are gone with the old key"
exits 2 opinia --key "$OPINIA_STORE.key.old" check
exits 2 opinia --key "$OPINIA_STORE.key" restore monday.backup --to third
exits 0 opinia --key "$OPINIA_STORE.key.old" restore monday.backup --erased "$OPINIA_STORE.erased" --to third

# a passphrase instead
(umask 077 && echo 'cal verde baterie capsa' >pass)
exits 0 opinia backup tuesday.backup --passphrase-file pass
exits 0 opinia --key "$OPINIA_STORE.key" restore tuesday.backup --passphrase-file pass --to fourth
grep -rqaF 'cal verde' "$OPINIA_STORE" && die "the passphrase stands in the store"

# what is too old, unless the clock is not believed
printf '[retention]\ndefault = 3 months\nfils = 1 month\n' >wrong.conf
exits 2 opinia --config wrong.conf retention --dry-run
grep -q 'did you mean .files' stderr || die "a source that nobody knows: $(cat stderr)"
printf '[source later]\nadapter = generic\n[retention]\ndefault = 3 months\nlater = never\nrejected = 28 days\n' >kept.conf
were=$(opinia query is:erased --count)
exits 75 opinia --config kept.conf retention
same "erased by a clock that jumped" "$(opinia query is:erased --count)" "$were"
exits 0 opinia --config kept.conf retention --dry-run
grep -q '1 row that was set aside would' stdout || die "rows set aside: $(cat stdout)"
exits 0 opinia --config kept.conf retention --yes --format json
old=$(jq -s 'map(.records) | add' stdout)
[ "$old" -gt 1000 ] || die "only $old records are older than 3 months"
grep -qF alt.om@example.ro "$OPINIA_STORE/rejected/shop.rejected" && die "what was set aside is kept for good"
same "readable before June" "$(opinia query until:2026-05-29 --limit 0 --format json | jq -r '.comment // empty' | wc -l)" 0
[ "$(opinia query since:2026-06-01 --limit 0 --format json | jq -r '.comment // empty' | wc -l)" -gt 100 ] || die "too much is gone"
opinia stats --by week,channel --metric csat,nps --format json | cmp - before || die "a number has changed with age"
exits 0 opinia check
exits 0 opinia audit verify

# what runs for days does it once a day, at its hour, whichever comes first; a clock that the store does not
# know is not believed, nor is one that only what just landed agrees with
printf '[retention]\ndefault = 2 months\nhour = 5\n' >daily.conf
daily() { # NOW COMMAND…: until it said something of retention, or 5 s
	said='' when=$1
	shift
	: >daily.log
	OPINIA_NOW=$when opinia --config daily.conf "$@" >>daily.log 2>&1 &
	runs=$!
	for _ in $(seq "$patience"); do
		said=$(grep retention: daily.log) && break
		sleep 0.1
	done
	kill "$runs"
	wait "$runs" || die "$* ended with $?: $(cat daily.log)"
}
before=$(opinia query is:erased --count) patience=20
daily 2026-08-31T04:59 serve --listen 127.0.0.1:0
same "before its hour" "$said" ""
patience=300
daily 2026-09-07T05:01 serve --listen 127.0.0.1:0
echo "$said" | grep -q 'opinia retention --yes' || die "a clock that jumped: $said"
same "erased by it" "$(opinia query is:erased --count)" "$before"
daily 2026-08-31T05:01 serve --listen 127.0.0.1:0
echo "$said" | grep -q 'records are anonymous now' || die "at its hour: $said"
[ "$(opinia query is:erased --count)" -gt "$before" ] || die "it says so and does nothing: $said"
patience=20
daily 2026-08-31T06:00 serve --listen 127.0.0.1:0
same "twice a day" "$said" ""
printf '[source maildir]\nadapter = maildir\npath = %s\n' "$work/maildir" >>daily.conf
mkdir -p maildir/new maildir/cur maildir/tmp
before=$(opinia query is:erased --count) patience=300
daily 2026-09-01T05:00 collect --watch
echo "$said" | grep -q 'records are anonymous now' || die "a collector: $said"
[ "$(opinia query is:erased --count)" -gt "$before" ] || die "a collector says so and does nothing: $said"
opinia audit --format json | jq -es 'map(select(.action == "retention")) | length == 3' >/dev/null || die "no entries"
exits 0 opinia check

# a store whose words never grew old before: what a wrong clock says of itself is no proof of it
OPINIA_STORE=$work/young
new_store
import_sample
daily 2031-01-01T05:00 serve --listen 127.0.0.1:0
echo "$said" | grep -q 'opinia retention --yes' || die "a first run with a wrong clock: $said"
exits 1 opinia query is:erased

# a weekend without anybody is no reason to ask; for much of the store, after a week or with a clock that went back, it is
# (landings have the machine's own clock)
OPINIA_STORE=$work/small
new_store
aged_rows W '8 days ago' '60 days ago' >small.csv
exits 0 opinia import small.csv
limits() { printf '[retention]\ndefault = %s days\nhour = 0\n' "$1" >daily.conf; }
limits 30
for off in '7 days' '2 days ago'; do
	daily "$(from_now "$off")" serve --listen 127.0.0.1:0
	echo "$said" | grep -q 'the store last saw the clock' || die "a clock that is off, $off: $said"
	OPINIA_NOW=$(from_now "$off") exits 75 opinia --config daily.conf retention
	grep -q 'the store last saw the clock' stderr || die "a clock that is off, $off: $(cat stderr)"
done
limits 7
daily "$(from_now '62 hours')" serve --listen 127.0.0.1:0
echo "$said" | grep -q '24 of 24 records are too old by a clock' || die "all of the store after a weekend: $said"
OPINIA_NOW=$(from_now '62 hours') exits 75 opinia --config daily.conf retention
exits 1 opinia query is:erased
limits 30
daily "$(from_now '62 hours')" serve --listen 127.0.0.1:0
echo "$said" | grep -q '4 records are anonymous now' || die "after a weekend: $said"
same "erased after a weekend" "$(opinia query is:erased --count)" 4
OPINIA_NOW=$(from_now '122 hours') exits 0 opinia --config daily.conf retention
exits 0 opinia check
echo "$who is erased, $old records are too old, 3 backups restored"
