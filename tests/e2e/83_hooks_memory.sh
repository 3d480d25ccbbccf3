#!/bin/sh
# Calls that bring many rows each, all at once: what waits to be landed has a ceiling, so memory grows by
# the bodies and not by all that is made of them. And calls while there is none: nobody is told that the
# fault is theirs, and what is sent again lands once.
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

# ---- each allocation of a call fails once ---------------------------------------------------------
nomem=$(find "$build" -name libpower-nomem.so)
source_of shown generic big-secret 'scheme = bearer'
source_of signed generic big-secret 'scheme = surveymonkey'
source_of standard generic whsec_YmFzZTY0LWtleS1vZi0yNC1ieXRlcy0u 'scheme = standard'
printf '\377\377\377\377\377\377\377\377' >"$work/left"
export NOMEM_LEFT="$work/left"
LD_PRELOAD=$nomem serve
python3 tests/e2e/lib/post_short.py "$port" big-secret "$work/left" >"$work/said" 2>&1 || die "$(cat "$work/said")"
read -r landed short <"$work/said"
kill "$server"
wait "$server" || :
server=
[ "$short" -gt 20 ] || die "only $short allocations were missed: the test proves nothing"
same 'each answer once' "$(opinia query --count source:shown,signed,standard)" "$landed"
grep -q '^{"id":"N1","csat":$' "$OPINIA_STORE/rejected/shown.rejected" || die 'what is no JSON was not kept whole'
exits 0 opinia check
echo "$landed answers landed once each; $short calls heard 503"
