#!/bin/sh
# The power goes while the program imports: all that it may leave on the disk opens, agrees with itself
# and holds what was acknowledged. OPINIA_POWER_STATES=100000 for the long run.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
states=${OPINIA_POWER_STATES:-2000}
then=$work/then now=$work/now
mkdir "$then"
[ -d /dev/shm ] && [ -w /dev/shm ] && now=$(mktemp -d /dev/shm/opinia-power-XXXXXX)
trap 'rm -rf "$work" "$now"' EXIT
OPINIA_STORE=$then/store
record=$(find "$build" -name libpower-record.so)
replay=$(find "$build" -name power-replay -type f)

# Twelve files of forty new rows; each changes the first row of all, too.
python3 - "$work" <<'E2'
import random, sys
random.seed(7)
words = "nu merge plata curierul a întârziat super polecam szybko drogo paczka uszkodzona dziękuję obsługa mulțumesc".split()
for k in range(12):
    with open(f"{sys.argv[1]}/{k}.csv", "w") as f:
        f.write("id,date,csat,channel,customer,comment\n")
        if k:
            f.write(f"E0,2026-01-01,{1 + k % 5},chat,ana@example.com,varianta {k}: {random.choice(words)}\n")
        for i in range(40 * k, 40 * k + 40):
            who = f"c{i % 23}@example.com" if i % 3 else ""
            f.write(f"E{i},2026-{1 + i % 8:02}-{1 + i % 28:02},{1 + i % 5},{('chat', 'email', 'phone')[i % 3]},{who},"
                    f"{' '.join(random.choices(words, k=8))}\n")
E2

# ack NUMBER: the user was told; a record as in tests/power/log.h
ack() {
	python3 -c 'import struct, sys; sys.stdout.buffer.write(struct.pack("<B3xIQQ", ord("A"), 0, int(sys.argv[1]), 0))' \
		"$1" >>"$work/log"
}
recorded() {
	LD_PRELOAD=$record POWER_DIR=$then POWER_LOG=$work/log exits 0 "$@"
}
recorded opinia init --zone Europe/Bucharest
ack 0
for k in 0 1 2 3 4 5 6 7 8 9 10 11; do
	recorded opinia import "$work/$k.csv"
	ack $((k + 1))
done
"$replay" "$work/log" "$then" "$now" "$states" 1 || die "a power cut loses or breaks something"

# The tool is proved by a disk that lies: then it must find something.
"$replay" "$work/log" "$then" "$now" 150 2 nosync >"$work/lies" && die "nothing found without syncs: $(cat "$work/lies")"
grep -qE ' [1-9][0-9]* corrupt, ' "$work/lies" || die "nothing corrupt without syncs: $(cat "$work/lies")"
echo "without syncs: $(cat "$work/lies")"
