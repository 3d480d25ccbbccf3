#!/bin/sh
# Calls that bring many rows each, all at once: what waits to be landed has a ceiling, so memory grows by
# the bodies and not by all that is made of them.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
# shellcheck source=tests/e2e/lib/hooks.sh
. tests/e2e/lib/hooks.sh
server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; rm -rf "$work"' EXIT

new_hook_store
source_of shop generic big-secret 'scheme = bearer'
serve

# most: the most memory that it ever had, in KB
most() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$server/status"; }

before=$(most)
same few "$(python3 tests/e2e/lib/post_big.py "$port" shop big-secret few 8 1500)" 200:8
few=$(($(most) - before))
same many "$(python3 tests/e2e/lib/post_big.py "$port" shop big-secret many 200 1500)" 200:200
many=$(($(most) - before))
stop
same rows "$(opinia query --count source:shop)" $((208 * 1500))
[ "$many" -lt $((14 * few)) ] || die "8 calls at once take $few KB, 200 take $many KB"
exits 0 opinia check
echo "8 calls of 1500 rows at once take $few KB, 200 take $many KB"
