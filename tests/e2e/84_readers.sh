#!/bin/sh
# Somebody leaves a list open in a pager while calls land: serve names the process and its command once, and
# not what it looked for; check does the same; when it is gone, nobody is named.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
# shellcheck source=tests/e2e/lib/hooks.sh
. tests/e2e/lib/hooks.sh
server='' pager=''
# shellcheck disable=SC2086
trap 'kill -9 $server $pager 2>/dev/null || true; rm -rf "$work"' EXIT

new_hook_store
source_of shop generic a-secret 'scheme = bearer'
import_sample

mkfifo "$work/pipe"
opinia query 'kind:feedback,interaction,customer,activity -canaryword' --limit 0 --format json >"$work/pipe" &
query=$!
# shellcheck disable=SC2217
sleep 600 <"$work/pipe" & # reads nothing: the pipe is full at once
pager=$!
for _ in $(seq 100); do
	grep -q pipe "/proc/$query/wchan" 2>/dev/null && break
	sleep 0.05
done
printf 'id,date,csat\nL-1,2026-08-01,3\n' >"$work/one.csv"
exits 0 opinia import "$work/one.csv"
serve
for _ in $(seq 200); do
	grep -q 'landings ago' "$work/serve.log" && break
	sleep 0.1
done
grep -q "process $query (opinia query) reads the store as it was" "$work/serve.log" || {
	cat "$work/serve.log" >&2
	die "nobody is named"
}
grep -q canary "$work/serve.log" && die "the log has what was looked for"
exits 0 opinia check
grep -q "process $query (opinia query)" "$work/stderr" || die "check names nobody: $(cat "$work/stderr")"
sleep 13 # another round
same "told" "$(grep -c 'landings ago' "$work/serve.log")" 1
kill "$pager"
pager=''
wait "$query" && die "the query ended well into a pipe that nobody reads"
exits 0 opinia check
[ ! -s "$work/stderr" ] || die "who is gone is still named: $(cat "$work/stderr")"
stop
echo "the reader is named once, by its command"
