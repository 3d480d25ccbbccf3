#!/bin/sh
# docs/formats/import.md against the tables of collector/fields.c: the names of the fields, both
# ways, and every header that the page promises is in the table of headers, with that field.
# shellcheck disable=SC2013,SC2016
page=docs/formats/import.md
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
say() { echo "$*"; bad=1; }

sed -n 's/^	\[FIELD_[A-Z0-9_]*\] = { "\([a-z0-9_]*\)".*/\1/p' collector/fields.c | grep . | sort >"$tmp/fields"
[ -s "$tmp/fields" ] || { echo "collector/fields.c: no fields were found"; exit 1; }
sed -n 's/^| \(`[^|]*\) |.*/\1/p' "$page" | grep -oE '`[a-zA-Z_0-9.]+`' | tr -d '`' |
	sed 's/^attr\.KEY$/attr/' | sort >"$tmp/told"
for name in $(cat "$tmp/fields"); do
	grep -qx "$name" "$tmp/told" && continue
	# the two scales of one question may stand in the row of both
	case $name in ces[12]) grep -qE "\`$name\`" "$page" && continue ;; esac
	say "$page: the field $name is missing"
done
for name in $(cat "$tmp/told"); do
	grep -qx "$name" "$tmp/fields" || say "$page: there is no field $name"
done

# a header as header_fold() leaves it
fold() {
	sed 'y/ABCDEFGHIJKLMNOPQRSTUVWXYZ/abcdefghijklmnopqrstuvwxyz/; y/ăâîșțşţąćęłńóśźż/aaiststacelnoszz/' |
		tr -cd 'a-z0-9\n'
}
sed -n '/synonyms\[\] = {/,/^};/p' collector/fields.c |
	sed -n 's/^	{ "\([a-z0-9]*\)", FIELD_\([A-Z0-9_]*\),.*/\1 \2/p' | tr '[:upper:]' '[:lower:]' >"$tmp/headers"
# rows of one field: its headers; rows of several: a group of headers each, parted by ";"
sed -n 's/^| \(`[^|]*\) |[^|]*|[^|]*| \(.*\) |$/\1|\2/p' "$page" | sed 's/([^)]*)//g' | while IFS='|' read -r names groups; do
	printf '%s\n' "$names" | grep -oE '`[a-z_0-9.]+`' | tr -d '`' >"$tmp/names"
	printf '%s\n' "$groups" | tr ';' '\n' >"$tmp/groups"
	[ "$(wc -l <"$tmp/names")" = "$(wc -l <"$tmp/groups")" ] || continue
	paste "$tmp/names" "$tmp/groups" | while IFS='	' read -r name group; do
		printf '%s\n' "$group" | tr ',' '\n' | grep -v '…\|any column' | while read -r header; do
			folded=$(printf '%s\n' "$header" | fold)
			[ -z "$folded" ] || [ "$folded" = "$(printf '%s\n' "$name" | fold)" ] ||
				grep -qx "$folded $name" "$tmp/headers" ||
				echo "$page: \"$header\" is not understood as $name"
		done
	done
done | grep . && bad=1
exit $bad
