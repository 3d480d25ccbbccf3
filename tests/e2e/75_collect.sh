#!/bin/sh
# A service is collected from as a team would: what is there lands once, what is edited is revised,
# what is broken stands aside, trouble is said and loses nothing, and the token is nowhere but in
# its file. A desk (tests/fake) plays the service.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
unset OPINIA_NOW

canary='canary-4d1f0c7b'
mkfifo "$work/open"
"$build/tests/fake-desk" chatwoot tests/exchanges <"$work/open" >"$work/url" 2>"$work/asked" &
desk=$!
exec 9>"$work/open"
trap 'exec 9>&-; kill "$desk" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -s "$work/url" ] && break
	sleep 0.2
done
url=$(cat "$work/url")
[ -n "$url" ] || die "the desk does not open"

# desk LINE: tell it
desk() {
	[ "$(curl -sS --data "$1" "$url/_control")" = 'done' ] || die "the desk does not understand: $1"
}

# collected CODE NEW REVISED REJECTED
collected() {
	exits "$1" opinia collect --format json shop
	cat "$work/stdout" "$work/stderr" >>"$work/said"
	same "new" "$(jq .new "$work/stdout")" "$2"
	same "revised" "$(jq .revised "$work/stdout")" "$3"
	same "set aside" "$(jq .rejected "$work/stdout")" "$4"
}

new_store
printf '%s\n' "$canary" >"$work/token"
chmod 600 "$work/token"
cat >>"$OPINIA_STORE/opinia.conf" <<EOC

[source shop]
adapter = chatwoot
url = $url
account = 1
secret_file = $work/token
private = yes

# before the other one in the alphabet, behind it in the file: whose address is whose?
[source atelier]
adapter = chatwoot
url = http://127.0.0.1:9
account = 2
secret_file = $work/token
private = yes
EOC

desk "add 60"
collected 0 60 0 0
same "answers" "$(opinia query --count)" 60
collected 0 0 0 0
exits 0 opinia check

desk "edit 3 1 M-am răzgândit: coletul era spart"
collected 0 0 1 0
exits 0 opinia query 'text:razgandit' --format json
grep -q "spart" "$work/stdout" || die "the new words are not there"

# pages move while rows come and go
desk "delete 1"
desk "add 5"
collected 0 5 0 0
same "answers after a page moved" "$(opinia query --count)" 65

# one broken row: aside with its words, the rest lands; it stands there once
desk "break 1"
desk "add 2"
exits_either() {
	code=0
	opinia collect --format json shop >"$work/stdout" 2>"$work/stderr" || code=$?
	[ "$code" -eq 0 ] || [ "$code" -eq 65 ] || die "collect: exit status $code"
	cat "$work/stdout" "$work/stderr" >>"$work/said"
}
exits_either
same "new beside a broken one" "$(jq .new "$work/stdout")" 2
same "set aside" "$(jq .rejected "$work/stdout")" 1
aside=$(find "$OPINIA_STORE" -name shop.rejected)
grep -q '\[66\]' "$aside" || die "the broken row is not set aside whole"
lines=$(wc -l <"$aside")
exits_either
same "lines of the file of broken rows" "$(wc -l <"$aside")" "$lines"

# trouble: each with its exit status and sentence, nothing lost
trouble() {
	desk "fail $1 9"
	code=0
	opinia collect --format json shop >"$work/stdout" 2>"$work/stderr" || code=$?
	cat "$work/stdout" "$work/stderr" >>"$work/said"
	same "$1: exit status" "$code" "$2"
	desk "fail 500 0"
}
for t in "401 2" "403 2" "404 2" "500 69" "half 69" "json 69" "html 69"; do
	# shellcheck disable=SC2086
	trouble $t
done
trouble 429-long 75
next=$(TZ=Europe/Bucharest date -d "$(jq -r .next "$work/stdout")" +%s)
[ "$next" -gt $(($(date +%s) + 30)) ] || die "it is not waited as long as the service wishes: $(jq -r .next "$work/stdout")"
desk "fail 429 1"
desk "add 1"
exits_either
same "new after all that" "$(jq .new "$work/stdout")" 1
exits 0 opinia check

# stopped while it waits for an answer; another one meanwhile is sent away, and writes nothing down
exits 0 opinia sources --format json
cp "$work/stdout" "$work/before"
desk "fail hang 1"
opinia collect shop >"$work/hung" 2>&1 &
collect=$!
sleep 1
exits 75 opinia collect shop
exits 0 opinia sources --format json
cmp "$work/before" "$work/stdout" || die "who was sent away wrote down how the source is doing"
kill -TERM "$collect"
code=0
wait "$collect" || code=$?
same "stopped: exit status" "$code" 75

# watched: a configuration that is wrong for a while ends nothing
cp "$OPINIA_STORE/opinia.conf" "$work/good.conf"
opinia collect --watch shop >"$work/watched" 2>&1 &
collect=$!
# told N: it said so N times
told() {
	for _ in $(seq 50); do
		[ "$(grep -c 'stay as they were' "$work/watched")" -ge "$1" ] && return
		sleep 0.2
	done
	cat "$work/watched" >&2
	die "watched: not told $1 times"
}
sleep 1
echo '[source' >"$OPINIA_STORE/opinia.conf"
kill -HUP "$collect"
told 1
sed 's/adapter = chatwoot/adapter = nobody/' "$work/good.conf" >"$OPINIA_STORE/opinia.conf"
kill -HUP "$collect"
told 2
cp "$work/good.conf" "$OPINIA_STORE/opinia.conf"
desk "add 1"
kill -HUP "$collect"
for _ in $(seq 50); do
	grep -q 'shop: 1 new' "$work/watched" && break
	sleep 0.2
done
grep -q 'shop: 1 new' "$work/watched" || die 'watched: it does not go on'
kill "$collect"
code=0
wait "$collect" || code=$?
same "watched, stopped: exit status" "$code" 0
cat "$work/watched" >>"$work/said"

exits 0 opinia sources test shop
cat "$work/stdout" "$work/stderr" >>"$work/said"
grep -q "$canary" "$work/said" && die "the token stands in what was said"
grep -rqa "$canary" "$OPINIA_STORE" && die "the token stands in the store"
exec 9>&-
wait "$desk" || true
grep -q ' 422$' "$work/asked" && die "the desk was asked wrongly: $(grep ' 422$' "$work/asked")"
echo "collected, revised, set aside; $(grep -c . "$work/asked") requests, none wrong, no token told"
