#!/bin/sh
# opinia.conf(5) against the table of core/settings.c, both ways: section, key, preset, unit, range
# and the first words. It reads the sources, so it needs no build.
# shellcheck disable=SC1003
page=docs/man/opinia.conf.5.scd
[ -f "$page" ] || { echo "there is no $page"; exit 1; }
here=$(mktemp) there=$(mktemp)
trap 'rm -f "$here" "$there"' EXIT

# "[section]<TAB>key = preset unit (min to max)<TAB>help", without the signs of emphasis
sed -n '/setting_row rows\[\] = {/,/^};/p' core/settings.c | tr '\n\t' '  ' | sed 's/{ "/\n&/g' |
	awk '/^\{ "/ {
		n = split($0, q, "\"")
		split(q[5], between, ",")
		number = q[5] ~ /SETTING_NUMBER/
		split(q[7], range, ",")
		gsub(/ /, "", range[2]); gsub(/ /, "", range[3])
		row = q[4] " = " q[8]
		if (number)
			row = row (q[6] ? " " q[6] : "") " (" range[2] " to " range[3] ")"
		print "[" q[2] "]\t" row "\t" q[10]
	}' | tr -d '`*\\' | sed 's/ = 	/ =	/' | sort >"$here"
awk '/^## \[/ { section = $2 }
	/^#/ { key = "" }
	section && /^\*[a-z0-9_]+\* =/ { key = $0; text = ""; next }
	key && /^\t/ { text = text (text ? " " : "") substr($0, 2); next }
	key { print section "\t" key "\t" text; key = "" }' "$page" | tr -d '`*\\' | sort >"$there"
[ -s "$here" ] || { echo "core/settings.c: no rows were found"; exit 1; }

bad=0
while read -r row; do
	grep -qF -- "$row" "$there" || { echo "$page lacks: $row"; bad=1; }
done <"$here"
cut -f1,2 "$there" | while read -r row; do
	grep -qF -- "$row" "$here" || echo "$page has, and core/settings.c has not: $row"
done | grep . && bad=1
exit $bad
