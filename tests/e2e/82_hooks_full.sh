#!/bin/sh
# A disk that is full while services call: 503 and Retry-After, nothing acknowledged is lost, and
# when there is room again the same server goes on. It needs to mount a small disk; who may not,
# is told so.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
# shellcheck source=tests/e2e/lib/hooks.sh
. tests/e2e/lib/hooks.sh
server=
gone() {
	[ -z "$server" ] || { kill -9 "$server"; wait "$server"; } 2>/dev/null
	umount "$work/disk" 2>/dev/null
	rm -rf "$work"
}
trap gone EXIT

mkdir "$work/disk"
mount -t tmpfs -o size=1100k tmpfs "$work/disk" 2>/dev/null || {
	echo "not run: a disk cannot be mounted here"
	exit 0
}
OPINIA_STORE=$work/disk/store
new_hook_store
source_of shop generic full-secret 'scheme = bearer'
serve
python3 tests/e2e/lib/post.py "$port" shop full-secret 0 8000 16 "$work/acks" >"$work/statuses"
grep -q '^200:[0-9]* 503:[0-9]*$' "$work/statuses" || die "a full disk was not met: $(cat "$work/statuses")"
same healthz "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "$url/healthz")" 503
grep -q ' 503 .* us: .' "$work/serve.log" || die 'the log does not say why'
acked=$(sort -u "$work/acks" | wc -l)
mount -o remount,size=64m "$work/disk"
printf '{"id":"after","csat":4}' >"$work/body"
same 'room again' "$(call shop --data-binary @"$work/body" -H 'Authorization: Bearer full-secret' -H 'Content-Type: application/json')" 200
same 'healthz again' "$(curl -s -m 5 "$url/healthz")" ok
stop
same 'acknowledged and one' "$(opinia query --count source:shop)" $((acked + 1))
exits 0 opinia check
echo "$acked of 8000 before the disk was full, none lost"
