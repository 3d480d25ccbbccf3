#!/bin/sh
# Makes the golden store of the present format: make.sh BUILD new. After the release of a format its store is
# never made anew; where only a metric or a column has changed: make.sh BUILD answers, for all of them.
set -eu
build=$(cd "${1:?usage: make.sh BUILD new|answers}" && pwd)
cd "$(dirname "$0")"
# shellcheck source=tests/e2e/lib/golden.sh
. ../e2e/lib/golden.sh
PATH="$build:$PATH"
work=$(mktemp -d)
trap '[ $? -eq 0 ] || cat "$work/told"; rm -rf "$work"' EXIT
touch "$work/told"

# All five kinds, revisions, rows without id, a person erased, a source with its cursor, entries in the audit trail.
fill() {
	mkdir "$work/drop"
	cp rows/dropped.csv "$work/drop/"
	opinia init --zone Europe/Bucharest
	printf '[source drop]\nadapter = files\npath = %s/drop\nsettle = 1s\n' "$work" >>"$OPINIA_STORE/opinia.conf"
	for file in interactions invitations customers feedback activity keyless revised; do
		opinia import "rows/$file.csv"
	done
	sleep 2
	opinia collect drop
	echo ewa.sowa@example.pl | opinia erase --address-from-stdin --yes --reason 'letter of 3 June'
	opinia query is:contradiction --reveal
	opinia audit verify
	opinia check
}

store_new() {
	format=$(sed -n 's/.*STORE_FORMAT = \([0-9]*\).*/\1/p' ../../store/format.h)
	to=store$format
	OPINIA_STORE=$work/store
	export OPINIA_STORE
	fill >"$work/told" 2>&1
	rm -rf "$to"
	mkdir "$to"
	gzip -9nc "$OPINIA_STORE/data.mdb" >"$to/data.mdb.gz"
	cp "$OPINIA_STORE.key" "$to/key"
	cp "$OPINIA_STORE.erased" "$to/erased"
	chmod 644 "$to"/*
}

case ${2:-} in
new) store_new ;;
answers) ;;
*)
	echo "usage: make.sh BUILD new|answers" >&2
	exit 2
	;;
esac
for golden in store*; do
	rm -rf "$work/read"
	golden_unpack "$golden" "$work/read"
	golden_answers >"$work/answers"
	gzip -9nc "$work/answers" >"$golden/answers.gz"
	echo "$golden: $(du -bs "$golden" | cut -f1) bytes, $(wc -l <"$work/answers") lines of answers"
done
