#!/bin/sh
# Retention by the machine's own clock, in a program that runs: after a holiday where a time server keeps the
# clock, and not when it jumps under the program without one.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
unset OPINIA_NOW
runs=
trap '[ -z "$runs" ] || kill -9 "$runs" 2>/dev/null; rm -rf "$work"' EXIT
clock=$(find "$build" -name libpower-clock.so)
[ -n "$clock" ] || die "libpower-clock.so is not built"

# clock_says DAYS SYNCED: by how much it is ahead from now on, and whether a time server says so
clock_says() {
	echo "$(($1 * 86400)) $2" >"$work/clock.new"
	mv "$work/clock.new" "$work/clock"
}
# begin: serve, by that clock
begin() {
	: >"$work/log"
	LD_PRELOAD=$clock CLOCK_SAYS=$work/clock opinia --config "$work/kept.conf" serve --listen 127.0.0.1:0 >>"$work/log" 2>&1 &
	runs=$!
}
end() {
	kill "$runs"
	wait "$runs" || die "serve ended with $?: $(cat "$work/log")"
	runs=
}
# says PATTERN: within half a minute, or it is wrong
says() {
	for _ in $(seq 300); do
		grep -q "$1" "$work/log" && return
		sleep 0.1
	done
	die "not said: $1: $(cat "$work/log")"
}

new_store
aged_rows C '8 days ago' '40 days ago' >"$work/rows.csv"
exits 0 opinia import "$work/rows.csv"
printf '[retention]\ndefault = 50 days\nhour = 0\n' >"$work/kept.conf"

clock_says 20 0
begin
says 'the store last saw the clock'
end
exits 1 opinia query is:erased
clock_says 20 1
begin
says '4 records are anonymous now'
same "after a holiday" "$(opinia query is:erased --count)" 4

# the same program goes on, day after day; then the clock jumps
clock_says 21 0
sleep 12
grep -q 'which is' "$work/log" && die "the next day: $(cat "$work/log")"
clock_says 60 0
says 'which is 3[89] days from now'
same "after a jump" "$(opinia query is:erased --count)" 4
end

# what lands by a wrong clock does not vouch for it: not the next day by itself, nor once serve was begun anew
echo "$((400 * 86400)) 0" >"$work/clock"
wrong() {
	LD_PRELOAD=$clock CLOCK_SAYS=$work/clock "$@"
}
printf 'id,channel,answered_at,csat,comment\nD-1,chat,%s,4,livrare\n' "$(date -u +%F)" >"$work/later.csv"
exits 0 wrong opinia import "$work/later.csv"
exits 75 wrong opinia --config "$work/kept.conf" retention
grep -q 'records are too old by a clock' "$work/stderr" || die "a landing vouched: $(cat "$work/stderr")"
clock_says 400 0
begin
says 'records are too old by a clock'
end
same "after a landing by a wrong clock" "$(opinia query is:erased --count)" 4
exits 0 wrong opinia --config "$work/kept.conf" retention --yes
same "a person said so" "$(opinia query is:erased --count)" 25

exits 0 opinia check
echo "4 records after a holiday, none after a jump"
