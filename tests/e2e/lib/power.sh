# shellcheck shell=sh
# power.sh: what the tests of a power cut share: files to import, and the program run while each of its writes
# is recorded (tests/power). Source it behind shop.sh; $now is where a state of the disk is made.
# shellcheck disable=SC2034,SC2154
record=$(find "$build" -name libpower-record.so)
replay=$(find "$build" -name power-replay -type f)
now=$work/now
[ -d /dev/shm ] && [ -w /dev/shm ] && now=$(mktemp -d /dev/shm/opinia-power-XXXXXX)

# power_files COUNT: 0.csv … of forty new rows, as tests/power/checker.h has it; each changes the first row of
# all, too.
power_files() {
	python3 - "$work" "$1" <<'E2'
import random, sys
random.seed(7)
words = "nu merge plata curierul a întârziat super polecam szybko drogo paczka uszkodzona dziękuję obsługa mulțumesc".split()
for k in range(int(sys.argv[2])):
    with open(f"{sys.argv[1]}/{k}.csv", "w") as f:
        f.write("id,date,csat,channel,customer,comment\n")
        if k:
            f.write(f"E0,2026-01-01,{1 + k % 5},chat,ana@example.com,varianta {k}: {random.choice(words)}\n")
        for i in range(40 * k, 40 * k + 40):
            who = f"c{i % 23}@example.com" if i % 3 else ""
            f.write(f"E{i},2026-{1 + i % 8:02}-{1 + i % 28:02},{1 + i % 5},{('chat', 'email', 'phone')[i % 3]},{who},"
                    f"{' '.join(random.choices(words, k=8))}\n")
E2
}

# ack NUMBER: the user was told of so many files; from 2^32 on with the format, as in tests/power/checker.h
ack() {
	python3 -c 'import struct, sys; sys.stdout.buffer.write(struct.pack("<B3xIQQ", ord("A"), 0, int(sys.argv[1]), 0))' \
		"$1" >>"$work/log"
}

# recorded DIR COMMAND…: what it does to the disk below DIR goes to the log
recorded() {
	disk=$1
	shift
	LD_PRELOAD=$record POWER_DIR=$disk POWER_LOG=$work/log exits 0 "$@"
}
