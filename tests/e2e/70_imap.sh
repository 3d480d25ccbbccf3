#!/bin/sh
# A real mail server, a real mailbox: every mail once, whatever is killed or cut; nothing in the
# mailbox changes; TLS is checked; a mail that arrives is there at once. Dovecot runs as whoever
# runs this (mails belong to nobody where that is root), on free ports of the loopback.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

mails=${OPINIA_IMAP_MAILS:-20000}
unset OPINIA_NOW # mails arrive now
tools=$root/tests/e2e/lib/mailbox.py
for need in dovecot swaks openssl python3 jq; do
	PATH="$PATH:/usr/sbin" command -v $need >/dev/null || die "$need is not installed"
done
PATH="$PATH:/usr/sbin"
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

owner=$(id -u):$(id -g) login=$(id -un) group=$(id -gn)
if [ "$(id -u)" -eq 0 ]; then
	owner=65534:65534 login=nobody group=nogroup
fi
# shellcheck disable=SC2046
set -- $(python3 "$tools" ports 4)
imap=$1 imaps=$2 lmtp=$3 smtp=$4

# ---- certificates: ours, and that of a stranger ------------------------------------------------
for who in ours other; do
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$who CA" \
		-keyout "$work/$who.key" -out "$work/$who.pem" 2>/dev/null
done
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$dv/key.pem" -out "$work/req.pem" 2>/dev/null
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >"$work/ext"
openssl x509 -req -in "$work/req.pem" -CA "$work/ours.pem" -CAkey "$work/ours.key" -CAcreateserial \
	-days 2 -extfile "$work/ext" -out "$dv/cert.pem" 2>/dev/null

# ---- the server --------------------------------------------------------------------------------
printf 'ana:{PLAIN}parola:%s::%s::\n' "$owner" "$dv/home" >"$dv/users"
cat >"$dv/dovecot.conf" <<END
base_dir = $dv/run
state_dir = $dv/run
log_path = $dv/log
protocols = imap lmtp
ssl = yes
ssl_cert = <$dv/cert.pem
ssl_key = <$dv/key.pem
disable_plaintext_auth = no
default_internal_user = $login
default_login_user = $login
default_internal_group = $group
first_valid_uid = 1
mail_location = maildir:$dv/mail/%n
auth_username_format = %n
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mail_max_userip_connections = 100
passdb {
  driver = passwd-file
  args = $dv/users
}
userdb {
  driver = passwd-file
  args = $dv/users
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
  inet_listener imaps {
    address = 127.0.0.1
    port = $imaps
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $lmtp
  }
}
END
python3 "$tools" fill "$dv/mail/ana" "$mails" 0
python3 "$tools" fill "$dv/mail/ana/.Ankiety.Wys&AUI-ane" 40 1000000
[ "$(id -u)" -ne 0 ] || chown -R nobody:nogroup "$dv/mail" "$dv/home"
dovecot -c "$dv/dovecot.conf" || die "dovecot does not start"
python3 "$tools" wait "$imap" || die "dovecot does not answer"

# ---- the sources -------------------------------------------------------------------------------
printf 'parola\n' >"$work/secret"
printf 'alta\n' >"$work/wrong"
chmod 600 "$work/secret" "$work/wrong"

# source NAME URL SECRET [LINE…]
source_of() {
	name=$1 url=$2 secret=$3
	shift 3
	{
		printf '[source %s]\nadapter = imap\nurl = %s\nuser = ana\nprivate = yes\n' "$name" "$url"
		printf 'secret_file = %s\n' "$work/$secret"
		for line in "$@"; do printf '%s\n' "$line"; done
	} >>"$OPINIA_STORE/opinia.conf"
}
plain="imap://127.0.0.1:$imap"
afresh() {
	new_store
	printf '\n[collect]\nca_file = %s\n' "$work/ours.pem" >>"$OPINIA_STORE/opinia.conf"
	source_of inbox "$plain" secret 'tls = none'
}
# fails SAYS COMMAND…: it fails, with these words
fails() {
	says=$1
	shift
	! timeout 60 "$@" >"$work/stdout" 2>&1 || die "$*: did not fail"
	grep -q -- "$says" "$work/stdout" || die "$*: says $(cat "$work/stdout"), wanted \"$says\""
}
collected() { jq -s "map(.$1 | numbers) | add" "$work/stdout"; }

afresh
source_of safe "imaps://localhost:$imaps" secret 'folder = Ankiety/Wysłane'
source_of upgraded "imap://localhost:$imap" secret 'folder = Ankiety/Wysłane'
source_of open "imap://localhost:$imap" secret 'tls = none' 'folder = Ankiety.Wysłane'
source_of refused "$plain" wrong 'tls = none'
source_of nofolder "$plain" secret 'tls = none' 'folder = Ankety'
source_of nobody "imap://127.0.0.1:1" secret 'tls = none'

python3 "$tools" flags "$imap" >"$work/flags.before"
exits 0 timeout 60 opinia sources test inbox
grep -q 'newest mail' "$work/stdout" || die "the test of a source does not look at a mail"
exits 0 python3 "$tools" measure first opinia collect --format json inbox
tail -1 "$work/stderr"
same "new mails" "$(collected new)" "$mails"
exits 0 python3 "$tools" measure second opinia collect --format json inbox
tail -1 "$work/stderr"
same "new in the second run" "$(collected new)" 0
same "records" "$(opinia query --count)" "$mails"
exits 0 opinia check
python3 "$tools" flags "$imap" >"$work/flags.after"
cmp -s "$work/flags.before" "$work/flags.after" || die "flags of mails have changed"
for name in safe upgraded open; do
	exits 0 timeout 60 opinia collect --format json "$name"
	same "$name" "$(collected new)" 40
done
fails 'refuses the login' opinia collect refused
fails 'there are: .*INBOX' opinia collect nofolder
fails 'annot be reached' opinia collect nobody
! grep -rq parola "$work/stdout" "$work/stderr" || die "the password was said"

# ---- a stranger's certificate ------------------------------------------------------------------
sed -i "s|^ca_file.*|ca_file = $work/other.pem|" "$OPINIA_STORE/opinia.conf"
fails 'not to be trusted' opinia collect safe
fails 'not to be trusted' opinia collect upgraded

# ---- numbered anew -----------------------------------------------------------------------------
rm -f "$dv/mail/ana"/dovecot*
exits 0 timeout 120 opinia collect --format json inbox
same "new after another UIDVALIDITY" "$(collected new)" 0
same "records after another UIDVALIDITY" "$(opinia query --count)" $((mails + 120))

# ---- killed in the middle ----------------------------------------------------------------------
afresh
partial=0
for ms in 15 30 50 70 90 20 40; do
	opinia collect inbox >/dev/null 2>&1 &
	pid=$!
	sleep "0.$(printf %03d $((ms * 10)))"
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	n=$(opinia query --count)
	[ "$n" -eq 0 ] || [ "$n" -ge "$mails" ] || partial=$((partial + 1))
	[ "$n" -le "$mails" ] || die "$n records of $mails mails"
done
# mails land by the thousand: as soon as the first ones are there
for _ in 1 2 3 4 5; do
	[ "$partial" -eq 0 ] || break
	afresh
	opinia collect inbox >/dev/null 2>&1 &
	pid=$!
	while [ "$(opinia query --count)" -eq 0 ] && kill -0 "$pid" 2>/dev/null; do :; done
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	[ "$(opinia query --count)" -ge "$mails" ] || partial=$((partial + 1))
done
exits 0 timeout 120 opinia collect inbox
same "records after kills" "$(opinia query --count)" "$mails"
exits 0 opinia check
[ "$partial" -gt 0 ] || die "no run was killed in the middle: the test proves nothing"

# ---- cut in the middle of a mail ---------------------------------------------------------------
afresh
python3 "$tools" cut "$imap" 1000003 >"$work/cut" 2>/dev/null &
pids="$pids $!"
until [ -s "$work/cut" ]; do sleep 0.1; done
source_of cut "imap://127.0.0.1:$(cat "$work/cut")" secret 'tls = none'
runs=0
until timeout 60 opinia collect cut >/dev/null 2>"$work/stderr"; do
	grep -q 'broke the connection off' "$work/stderr" || die "cut: $(cat "$work/stderr")"
	runs=$((runs + 1))
	[ "$runs" -lt 100 ] || die "cut connections: it does not get on"
done
[ "$runs" -gt 0 ] || die "no connection was cut: the test proves nothing"
same "records after cuts" "$(opinia query --count)" "$mails"

# ---- mails that arrive are there at once -------------------------------------------------------
afresh
port=$lmtp protocol=LMTP
if [ "$(id -u)" -eq 0 ] && command -v smtpd >/dev/null; then
	[ -d /var/spool/smtpd ] || mkdir -m 711 /var/spool/smtpd
	cat >"$work/smtpd.conf" <<END
table vu { "@" = "nobody" }
table vdom { "example.test" }
listen on 127.0.0.1 port $smtp
action "dv" lmtp "127.0.0.1:$lmtp" rcpt-to virtual <vu>
match from any for domain <vdom> action "dv"
END
	smtpd -d -f "$work/smtpd.conf" >"$work/smtpd.log" 2>&1 &
	pids="$pids $!"
	if python3 "$tools" wait "$smtp"; then port=$smtp protocol=SMTP; fi
fi
exits 0 timeout 120 opinia collect inbox
opinia collect --watch inbox >"$work/watch" 2>&1 &
watch=$!
pids="$pids $watch"
sleep 1.5
for n in 1 2 3; do
	before=$(opinia query --count)
	swaks --protocol "$protocol" --server "127.0.0.1:$port" --to "ana+s842$n.t0k3n@example.test" --from "client$n@example.test" \
		--header "Subject: Re: Cum a fost?" --header "Message-Id: <sosit-$n@example.test>" \
		--body "4 curierul a fost amabil, multumesc" >"$work/swaks" 2>&1 || die "swaks: $(tail -5 "$work/swaks")"
	took=0
	while [ "$(opinia query --count)" -le "$before" ]; do
		sleep 0.1
		took=$((took + 1))
		[ "$took" -lt 100 ] || die "a mail is not there after 10 s: $(cat "$work/watch")"
	done
done
kill -TERM "$watch"
took=0
while kill -0 "$watch" 2>/dev/null; do
	sleep 0.1
	took=$((took + 1))
	[ "$took" -lt 30 ] || die "does not stop while it waits for mails"
done
same "records after arrivals" "$(opinia query --count)" $((mails + 3))
echo "$mails mails once; $partial kills in the middle, $runs runs cut; 3 arrivals by $protocol seen at once"
