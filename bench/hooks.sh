#!/bin/sh
# hooks.sh BUILD [SECONDS]: calls a second that `opinia serve` has on the disk when it answers, over
# 64 connections, and how often this disk can be waited for, in the same run. Needs wrk.
build=${1:?usage: hooks.sh BUILD [SECONDS]} seconds=${2:-10}
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
# shellcheck source=tests/e2e/lib/hooks.sh
. tests/e2e/lib/hooks.sh
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

syncs() {
	python3 - "$work/sync" <<'PY'
import os, sys, time
f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
n, end = 0, time.monotonic() + 2
while time.monotonic() < end:
    os.pwrite(f, b"x" * 4096, 4096 * (n % 64))
    os.fdatasync(f)
    n += 1
print("%d fdatasync/s" % (n / 2))
PY
}

new_store
[ -e "$build/maps" ] || { mkdir -p "$OPINIA_STORE/maps.d" && cp collector/maps/*.map "$OPINIA_STORE/maps.d/"; }
(umask 077 && echo bench-secret >"$work/secret")
printf '[source b]\nadapter = generic\nscheme = bearer\nsecret_file = %s\n' "$work/secret" >>"$OPINIA_STORE/opinia.conf"
syncs
serve 2>/dev/null
wrk -t2 -c64 -d"${seconds}s" --latency -s bench/hooks.lua "$url/hooks/b" -- bench-secret
stop
syncs
echo "in the store: $(opinia query --count source:b)"
