#!/bin/sh
# The power goes while the program imports: all that it may leave on the disk opens, agrees with itself
# and holds what was acknowledged. OPINIA_POWER_STATES=100000 for the long run.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
# shellcheck source=tests/e2e/lib/power.sh
. tests/e2e/lib/power.sh
trap 'rm -rf "$work" "$now"' EXIT
states=${OPINIA_POWER_STATES:-2000}
then=$work/then
mkdir "$then"
OPINIA_STORE=$then/store
power_files 12
recorded "$then" opinia init --zone Europe/Bucharest
ack 0
for k in 0 1 2 3 4 5 6 7 8 9 10 11; do
	recorded "$then" opinia import "$work/$k.csv"
	ack $((k + 1))
done
"$replay" "$work/log" "$then" "$now" "$states" 1 || die "a power cut loses or breaks something"

# The tool is proved by a disk that lies: then it must find something.
"$replay" "$work/log" "$then" "$now" 150 2 nosync >"$work/lies" && die "nothing found without syncs: $(cat "$work/lies")"
grep -qE ' [1-9][0-9]* corrupt, ' "$work/lies" || die "nothing corrupt without syncs: $(cat "$work/lies")"
echo "without syncs: $(cat "$work/lies")"
