# shellcheck shell=sh
# shop.sh: what the end-to-end tests share: a temporary store, the sample in it, plain comparisons.
# Source it with the build folder as the first argument of the script.
set -eu
build=$(cd "$1" && pwd)
root=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH="$build:$PATH"
export PATH OPINIA_STORE="$work/store" OPINIA_NOW=2026-08-30 LANGUAGE=en
sample="$root/contrib/sample"

die() {
	echo "FAIL: $*" >&2
	exit 1
}

# same WHAT GOT WANTED
same() {
	[ "$2" = "$3" ] || die "$1: got \"$2\", wanted \"$3\""
}

# exits CODE COMMAND…
exits() {
	want=$1
	shift
	code=0
	"$@" >"$work/stdout" 2>"$work/stderr" || code=$?
	[ "$code" -eq "$want" ] || {
		cat "$work/stdout" "$work/stderr" >&2
		die "$*: exit status $code, wanted $want"
	}
}

new_store() {
	rm -rf "$OPINIA_STORE" "$OPINIA_STORE.key"
	exits 0 opinia init --zone Europe/Bucharest
}

import_sample() {
	exits 0 opinia import --format json "$sample"/feedback-chat.csv "$sample"/feedback-email.csv \
		"$sample"/feedback-phone.jsonl "$sample"/interactions.csv "$sample"/invitations.csv \
		"$sample"/customers.csv "$sample"/activity.csv
}

# sum FIELD: over the JSON lines of the last command.
sum() {
	jq -s "map(.$1) | add" "$work/stdout"
}

# from_now '8 days ago': that moment by the machine's clock
from_now() { date -u -d "$1" +%Y-%m-%dT%H:%M; }

# aged_rows PREFIX YOUNG OLD: 20 answers of the moment YOUNG and 4 of OLD, as CSV
aged_rows() {
	echo id,channel,answered_at,csat,comment
	for i in $(seq 20); do
		echo "$1-$i,chat,$(from_now "$2"),4,livrare rapida $i"
	done
	for i in $(seq 21 24); do
		echo "$1-$i,chat,$(from_now "$3"),2,coletul a ajuns tarziu $i"
	done
}
