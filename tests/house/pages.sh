#!/bin/sh
# Every man page: scdoc takes it, mandoc finds nothing worse than a matter of style.
bad=0
say() { echo "$*"; bad=1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for page in docs/man/*.scd; do
	[ -f "$page" ] || { say "docs/man has no pages"; break; }
	# under its own name: mandoc compares the section in it with that of the page
	man=$work/$(basename "$page" .scd)
	if ! why=$(scdoc <"$page" 2>&1 >"$man"); then
		say "$page: $why"
		continue
	fi
	why=$(mandoc -Tlint -W warning "$man" | sed 's/^mandoc: //' |
		grep -vE 'WARNING: (skipping paragraph macro|missing section title|cross reference)')
	[ -z "$why" ] || say "$page: $why"
	name=$(basename "$page" .scd)
	head=$(sed -n 1p "$page")
	case $head in "${name%.*}(${name##*.})"*) ;; *) say "$page: the first line is \"$head\"" ;; esac
	for ref in $(grep -ohE '\*opinia[a-z.-]*\*\([157]\)' "$page" | tr -d '*' | sort -u); do
		to=$(echo "$ref" | sed 's/(\([157]\))/.\1.scd/')
		[ -f "docs/man/$to" ] || say "$page: there is no $ref"
	done
done
exit $bad
