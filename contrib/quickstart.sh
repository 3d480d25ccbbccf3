#!/bin/sh
# Five minutes to an answer: installs what is missing, builds, makes a store in a temporary
# place, imports the sample feedback and asks it the first questions. A second run takes
# seconds and changes nothing. OPINIA_DEMO=DIR keeps the store where you like.
set -eu
cd "$(dirname "$0")/.."

sh contrib/setup.sh build
[ -f build/build.ninja ] || cmake -S . -B build -G Ninja -DBUILD_TESTING=OFF >build-configure.log ||
	{ cat build-configure.log; exit 1; }
rm -f build-configure.log
ninja -C build --quiet

demo=${OPINIA_DEMO:-${TMPDIR:-/tmp}/opinia-demo-$(id -u)}
mkdir -p "$demo"
export OPINIA_STORE="$demo/store" OPINIA_NOW=2026-08-30
# --now is the last day of the sample, so that "the last 90 days" are days that it has.

run() {
	printf '\n$ opinia'
	for word in "$@"; do
		case "$word" in
		*' '* | *"'"*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	build/opinia "$@"
}

[ -d "$OPINIA_STORE" ] || run init --zone Europe/Bucharest
run import contrib/sample/feedback-chat.csv contrib/sample/feedback-email.csv \
	contrib/sample/feedback-phone.jsonl contrib/sample/interactions.csv \
	contrib/sample/invitations.csv contrib/sample/customers.csv \
	contrib/sample/activity.csv 2>"$demo/recognised.txt" || { cat "$demo/recognised.txt"; exit 1; }
run kpi --last 90d
run topics --last 90d
run explain 'Comanda a venit repede, dar nu merge plata cu cardul si nimeni nu raspunde!'
run report --last 90d --notes contrib/sample/notes.csv --title 'Lotus' --out report.html

cat <<'EOF'

report.html is the page for the people who do not read tables: open it in a browser.
What to try next (the store of this demonstration is in OPINIA_STORE):
EOF
printf '  export OPINIA_STORE=%s OPINIA_NOW=2026-08-30\n' "$OPINIA_STORE"
cat <<'EOF'
  build/opinia topics 'topic:order.payment' --by week,channel
  build/opinia query complaint:order.payment attr.device:mobile --last 12w
  build/opinia kpi channel:phone --last 15w
  build/opinia stats --by attr.release --metric csat,nps
  build/opinia report --lang pl --last 90d --notes contrib/sample/notes.csv
  build/opinia help
EOF
