#!/bin/sh
# A store of an older format: every command refuses it and says what to do, and `opinia upgrade` brings it to
# the present one, whatever happens meanwhile. Format 0 was made for this (store/migrate_0.c).
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
# shellcheck source=tests/e2e/lib/power.sh
. tests/e2e/lib/power.sh
older=$(find "$build" -name store-older -type f)
mkdir "$work/disk" "$work/kept"
clean() {
	umount "$work/disk" 2>/dev/null || true
	rm -rf "$work" "$now"
}
trap clean EXIT

# answers FILE: all that a store is asked, in one file
answers() {
	{
		opinia query 'kind:feedback,interaction,invitation,activity,customer' --limit 0 --format json
		opinia stats --by week,channel --metric csat,nps --format json
		opinia stats --by topic,attr.product --format json
		opinia stats 'topic:order.checkout' --by month --format json
		opinia topics --last 90d --format json
		opinia phrases --last 900d --format json 2>/dev/null || echo none
		opinia kpi --last 90d --format json
		opinia query 'curierul' --count
		opinia subject export "$who"
	} >"$1"
}
# kept: the store as it lies in $work/kept
kept() {
	rm -rf "$OPINIA_STORE" "$OPINIA_STORE.key" "$OPINIA_STORE.erased"
	cp -r "$work/kept/." "$work/"
}
keep() {
	rm -rf "$work/kept"
	mkdir "$work/kept"
	cp -r "$OPINIA_STORE" "$OPINIA_STORE".* "$work/kept/"
}

# ---- what is refused, and how ---------------------------------------------------------------------
new_store
import_sample
exits 0 sh -c "echo irina.dima@example.com | opinia erase --address-from-stdin --yes"
who=$(echo maria.dima85@example.ro | opinia subject export --address-from-stdin | jq -r .customer)
answers "$work/one"
printf 'id,date,csat\nNEW-1,2026-08-30,4\n' >"$work/more.csv"
cp -r "$OPINIA_STORE" "$work/store1"
exits 0 "$older" "$OPINIA_STORE" 0
keep
sum_key=$(sha256sum <"$OPINIA_STORE.key")
for command in $(opinia help --names); do
	case $command in
	help | init | lexicon | restore | tag | upgrade) continue ;;
	backup) set -- "$work/x.backup" ;;
	erase) set -- --yes c1 ;;
	explain) set -- 1 ;;
	import) set -- "$work/more.csv" ;;
	key) set -- rotate ;;
	subject) set -- export c1 ;;
	*) set -- ;;
	esac
	exits 2 opinia "$command" "$@"
	# shellcheck disable=SC2016 # the quotes are the sentence's
	grep -qF 'has format 0 and this program works with 1; `opinia upgrade`' "$work/stderr" ||
		die "$command: $(cat "$work/stderr")"
	[ -s "$work/stdout" ] && die "$command has an answer: $(cat "$work/stdout")"
done
exits 2 opinia --lang ro stats
grep -q 'opinia upgrade' "$work/stderr" || die "in Romanian: $(cat "$work/stderr")"
for number in 2 7; do
	exits 0 "$older" "$OPINIA_STORE" "$number"
	for command in stats check upgrade; do
		exits 2 opinia "$command"
		grep -q "has format $number and this program reads up to 1; use a newer opinia" "$work/stderr" ||
			die "a newer format: $(cat "$work/stderr")"
	done
done
exits 0 "$older" "$OPINIA_STORE" before
for command in stats check upgrade; do
	exits 2 opinia "$command"
	grep -q 'from before the first release' "$work/stderr" || die "a store from before: $(cat "$work/stderr")"
done

# ---- what it does --------------------------------------------------------------------------------
kept
before=$(sha256sum <"$OPINIA_STORE/data.mdb")
exits 0 opinia upgrade --dry-run
grep -q 'has format 0, this program works with 1' "$work/stdout" || die "the plan: $(cat "$work/stdout")"
exits 2 opinia upgrade now
mv "$OPINIA_STORE.key" "$work/hidden"
exits 2 opinia upgrade
grep -q 'key file' "$work/stderr" || die "without the key: $(cat "$work/stderr")"
mv "$work/hidden" "$OPINIA_STORE.key"
flock -F -s "$OPINIA_STORE" sleep 60 &
other=$!
while flock -n -x "$OPINIA_STORE" true; do sleep 0.05; done
exits 75 opinia upgrade
kill "$other"
wait "$other" 2>/dev/null || true
while ! flock -n -x "$OPINIA_STORE" true; do sleep 0.05; done
grep -q 'is open in another program' "$work/stderr" || die "open elsewhere: $(cat "$work/stderr")"
same "the store after what was refused" "$(sha256sum <"$OPINIA_STORE/data.mdb")" "$before"

# told WHAT: the store is of the present format, sound, and answers as before
told() {
	exits 0 opinia check
	answers "$work/two"
	cmp "$work/one" "$work/two" || die "$1: the answers are others"
	exits 0 opinia audit verify
	same "$1: what lies beside" "$(cd "$OPINIA_STORE" && echo *)" "data.mdb lock.mdb opinia.conf"
}
began=$(date +%s%N)
exits 0 opinia upgrade --reason 'new server'
took=$((($(date +%s%N) - began) / 1000000))
grep -q 'from format 0 to 1, .* records, checked' "$work/stdout" || die "the answer: $(cat "$work/stdout")"
told 'upgraded'
same "mode" "$(stat -c %a "$OPINIA_STORE/data.mdb")" 600
same "key file" "$(sha256sum <"$OPINIA_STORE.key")" "$sum_key"
opinia audit --format json | jq -se 'map(select(.action == "upgrade"))[0] | .what == "format 0 to 1" and .why == "new server"' >/dev/null ||
	die "no audit entry: $(opinia audit)"
exits 0 opinia upgrade
grep -q 'already' "$work/stdout" || die "twice: $(cat "$work/stdout")"
same "entries" "$(opinia audit --format json | jq -s 'map(select(.action == "upgrade")) | length')" 1
bytes=$(stat -c %s "$OPINIA_STORE/data.mdb")
exits 0 opinia erase --compact
same "bytes without free pages" "$(stat -c %s "$OPINIA_STORE/data.mdb")" "$bytes"
exits 0 opinia import "$work/more.csv"
exits 0 opinia check

# a copy from before somebody was erased, of the older format: it follows the list
kept
rm -r "$OPINIA_STORE"
cp -r "$work/store1" "$OPINIA_STORE"
exits 0 opinia erase --yes "$who"
exits 66 opinia subject export "$who"
cp "$work/kept/store/data.mdb" "$OPINIA_STORE/data.mdb"
exits 0 opinia upgrade
exits 66 opinia subject export "$who"
exits 0 opinia check
[ -s "$work/stderr" ] && die "something is left to be done: $(cat "$work/stderr")"

# ---- old backups ----------------------------------------------------------------------------------
kept
exits 0 "$older" "$OPINIA_STORE" backup "$work/old.backup"
exits 0 opinia --key "$OPINIA_STORE.key" restore "$work/old.backup" --to "$work/again"
grep -q 'was of format 0, the store is of format 1' "$work/stderr" || die "restored: $(cat "$work/stderr")"
OPINIA_STORE=$work/again
cp "$work/store.key" "$work/again.key"
cp "$work/store.erased" "$work/again.erased"
exits 0 opinia check
answers "$work/two"
cmp "$work/one" "$work/two" || die "restored: the answers are others"
OPINIA_STORE=$work/store
exits 0 "$older" "$OPINIA_STORE" 9
exits 0 "$older" "$OPINIA_STORE" backup "$work/new.backup"
exits 2 opinia --key "$OPINIA_STORE.key" restore "$work/new.backup" --to "$work/third"
grep -q 'use a newer opinia' "$work/stderr" || die "a newer backup: $(cat "$work/stderr")"
[ -e "$work/third" ] && die "a newer backup was restored"

# ---- killed --------------------------------------------------------------------------------------
rounds=${OPINIA_KILL_ROUNDS:-10}
round=0 early=0
kept
while [ "$round" -lt "$rounds" ]; do
	opinia upgrade >/dev/null 2>&1 &
	pid=$!
	ms=$((took * ((round * 37 + 13) % 120) / 100)) # of what it took undisturbed
	sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	if opinia query --count >/dev/null 2>&1; then
		exits 0 opinia upgrade # takes away what the killed one may have left
		told "killed in round $round"
	else
		early=$((early + 1))
		exits 2 opinia query --count
		# every other time the next attempt starts from what the killed one left
		[ $((early % 2)) -eq 0 ] && {
			exits 0 opinia upgrade
			told "again after round $round"
		}
	fi
	round=$((round + 1))
	kept
done
[ "$early" -gt 0 ] || die "no round was killed in the middle: the test proves nothing"

# ---- a disk that is full, or may not be written -----------------------------------------------------
if mount -t tmpfs -o size=6m tmpfs "$work/disk" 2>/dev/null; then
	kept
	cp -r "$OPINIA_STORE" "$OPINIA_STORE".* "$work/disk/"
	OPINIA_STORE=$work/disk/store
	dd if=/dev/zero of="$work/disk/filler" bs=64k 2>/dev/null || true
	truncate -s -600k "$work/disk/filler"
	exits 75 opinia upgrade
	grep -qi 'full\|space' "$work/stderr" || die "a full disk: $(cat "$work/stderr")"
	same "the store on a full disk" "$(sha256sum <"$OPINIA_STORE/data.mdb")" "$before"
	[ -e "$OPINIA_STORE/upgrade.new" ] && die "the copy was left on a full disk"
	rm "$work/disk/filler"
	mount -o remount,ro "$work/disk"
	exits 75 opinia upgrade
	grep -qi 'read-only' "$work/stderr" || die "a read-only disk: $(cat "$work/stderr")"
	exits 0 opinia upgrade --dry-run
	mount -o remount,rw,size=64m "$work/disk"
	exits 0 opinia upgrade
	told 'room again'
	umount "$work/disk"
	OPINIA_STORE=$work/store
else
	echo "not run: a disk cannot be mounted here"
fi

# ---- each call fails once; and the power goes --------------------------------------------------------
OPINIA_STORE=$work/kept/store
rm -rf "$work/kept" "$work"/store*
mkdir "$work/kept"
power_files 3
recorded "$work/kept" opinia init --zone Europe/Bucharest
for k in 0 1 2; do
	recorded "$work/kept" opinia import "$work/$k.csv"
done
recorded "$work/kept" "$older" "$OPINIA_STORE" 0
opinia upgrade --dry-run >/dev/null
cp -r "$OPINIA_STORE" "$OPINIA_STORE".* "$work/"
ack 3
recorded "$work/kept" opinia upgrade
ack $((3 + (1 << 32)))
"$replay" "$work/log" "$work/kept" "$now" "${OPINIA_POWER_STATES:-500}" 3 || die "a power cut loses or breaks something"

rm -rf "$work/kept"
mkdir "$work/kept"
OPINIA_STORE=$work/store
cp -r "$OPINIA_STORE" "$OPINIA_STORE".* "$work/kept/"
POWER_COUNT=$work/calls LD_PRELOAD=$record POWER_DIR=$work exits 0 opinia upgrade
calls=$(cat "$work/calls")
[ "$calls" -gt 20 ] || die "only $calls calls: the test proves nothing"
k=0
while [ "$k" -lt "$calls" ]; do
	for how in 28: 5:POWER_STICK=1; do
		kept
		ended=0
		env LD_PRELOAD="$record" POWER_DIR="$work" POWER_FAIL=$k POWER_ERRNO="${how%%:*}" ${how#*:} \
			opinia upgrade >"$work/stdout" 2>"$work/stderr" || ended=$?
		[ "$ended" -lt 128 ] || die "call $k of $calls: died of signal $((ended - 128))"
		[ "$ended" -eq 0 ] || [ -s "$work/stderr" ] || die "call $k of $calls: exit status $ended and no word"
		exits 0 opinia upgrade
		exits 0 opinia check
		same "call $k, rows" "$(opinia query --count)" 120
	done
	k=$((k + 1))
done
echo "$rounds rounds, $early killed in the middle; each of $calls calls failed twice"
