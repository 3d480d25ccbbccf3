#!/bin/sh
# XOAUTH2 against a real Dovecot that asks a token service which tokens are good: the program gets an
# access token for its refresh token, keeps the new refresh token, and asks again when the token was
# taken back.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

unset OPINIA_NOW
tools=$root/tests/e2e/lib/mailbox.py
PATH="$PATH:/usr/sbin"
for need in dovecot python3 jq; do command -v $need >/dev/null || die "$need is not installed"; done
chmod 755 "$work"
dv=$work/dv
mkdir -p "$dv/run" "$dv/home" "$dv/mail"
pids=
clean() {
	for pid in $pids; do kill "$pid" 2>/dev/null || true; done
	[ ! -f "$dv/run/master.pid" ] || kill "$(cat "$dv/run/master.pid")" 2>/dev/null || true
	rm -rf "$work"
}
trap clean EXIT
owner=$(id -u) ownergroup=$(id -g) login=$(id -un) group=$(id -gn)
if [ "$(id -u)" -eq 0 ]; then
	owner=65534 ownergroup=65534 login=nobody group=nogroup
fi
# shellcheck disable=SC2046
set -- $(python3 "$tools" ports 2)
imap=$1 tokens=$2
python3 "$root/tests/e2e/lib/tokens.py" "$tokens" "$work/asked" &
pids=$!

cat >"$dv/oauth.conf" <<END
introspection_mode = post
introspection_url = http://127.0.0.1:$tokens/introspect
username_attribute = username
active_attribute = active
active_value = true
END
cat >"$dv/dovecot.conf" <<END
base_dir = $dv/run
state_dir = $dv/run
log_path = $dv/log
protocols = imap
ssl = no
disable_plaintext_auth = no
default_internal_user = $login
default_login_user = $login
default_internal_group = $group
first_valid_uid = 1
mail_location = maildir:$dv/mail/%n
auth_mechanisms = xoauth2 oauthbearer
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $dv/oauth.conf
}
userdb {
  driver = static
  args = uid=$owner gid=$ownergroup home=$dv/home
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = $imap
  }
}
END
python3 "$tools" fill "$dv/mail/ana" 30 0
[ "$(id -u)" -ne 0 ] || chown -R nobody:nogroup "$dv/mail" "$dv/home"
dovecot -c "$dv/dovecot.conf" || die "dovecot does not start"
python3 "$tools" wait "$imap" || die "dovecot does not answer"
python3 "$tools" wait "$tokens" no || die "the token service does not answer"

new_store
printf 'refresh-1\n' >"$work/secret"
printf 'own-secret\n' >"$work/client"
chmod 600 "$work/secret" "$work/client"
cat >>"$OPINIA_STORE/opinia.conf" <<END

[source google]
adapter = imap
url = imap://127.0.0.1:$imap
user = ana
tls = none
private = yes
auth = xoauth2
secret_file = $work/secret
client_id = opinia
client_secret_file = $work/client
token_url = http://127.0.0.1:$tokens/token
END
round() {
	timeout 60 opinia collect --format json google >"$work/stdout" 2>"$work/stderr" ||
		die "collect: $(cat "$work/stderr"; tail -3 "$dv/log")"
}
round
[ "$(jq .new "$work/stdout")" -eq 30 ] || die "30 mails were wanted: $(cat "$work/stdout")"
[ "$(cat "$work/secret")" = refresh-2 ] || die "the new refresh token was not kept: $(cat "$work/secret")"
[ "$(stat -c %a "$work/secret")" = 600 ] || die "the secret file is readable by others"

# taken back while a watcher holds it: the next login asks for another one
opinia collect --watch google >"$work/watch" 2>&1 &
watcher=$!
pids="$pids $watcher"
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ "$(cat "$work/secret")" = refresh-3 ] && break
	sleep 0.5
done
[ "$(cat "$work/secret")" = refresh-3 ] || die "the watcher did not log in: $(cat "$work/watch")"
kill "$watcher"
wait "$watcher" || true

# a refresh token that the service does not take any more needs its owner
printf 'refresh-1\n' >"$work/secret"
code=0
timeout 60 opinia collect google >"$work/stdout" 2>"$work/stderr" || code=$?
[ "$code" -eq 2 ] || die "a refused refresh token: exit status $code"
grep -q 'sign in there anew' "$work/stderr" || die "it says $(cat "$work/stderr")"
! grep -rq -e 'refresh-[0-9]' -e 'access-[0-9]' -e 'own-secret' "$work/stdout" "$work/stderr" "$work/watch" \
	"$OPINIA_STORE" || die "a secret was told"
opinia sources --format json google | jq -e '.state == "parked"' >/dev/null || die "it is not parked"
echo "logged in by access tokens, refresh tokens kept, a refused one told"
