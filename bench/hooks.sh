#!/bin/sh
# hooks.sh BUILD [SECONDS]: calls a second that `opinia serve` has on the disk when it answers, over
# 64 connections (or CONNECTIONS), how often this disk can be waited for, in the same run, and what a call
# costs the server, which depends on what else the cores do: compare by turns. Needs wrk.
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

# ticks: of work, of the program and of the kernel for it
ticks() { sed 's/.*) //' "/proc/$server/stat" | cut -d' ' -f12,13; }

before=$(ticks)
wrk -t2 -c"${CONNECTIONS:-64}" -d"${seconds}s" --latency -s bench/hooks.lua "$url/hooks/b" -- bench-secret | tee "$work/wrk"
after=$(ticks)
stop
awk -v hz="$(getconf CLK_TCK)" -v before="$before" -v after="$after" '/ requests in /{
	split(before, b, " ")
	split(after, a, " ")
	us = 1e6 / hz / $1
	printf "work a call: %.1f us, %.1f of them in the kernel\n", (a[1] - b[1] + a[2] - b[2]) * us, (a[2] - b[2]) * us
}' "$work/wrk"
syncs
echo "in the store: $(opinia query --count source:b)"
