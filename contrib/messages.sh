#!/bin/sh
# Brings po/*.po up to date with the sources: new texts come in empty, gone ones leave.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# xgettext takes a macro for the end of a text, so the one that stands in formats is written out.
find core mime collector analyzer metrics store report server cli -name '*.[ch]' | LC_ALL=C sort >"$work/files"
while read -r file; do
	mkdir -p "$work/$(dirname "$file")"
	sed 's/SV_FMT/"%.*s"/g' "$file" >"$work/$file"
done <"$work/files"
(cd "$work" && xgettext --files-from=files --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ \
	--keyword=ngettext:1,2 --keyword=err_set:3 --keyword=err_at:2 --keyword=filter_wrong:3 \
	--keyword=notes_add:2 --no-location --sort-output --package-name=opinia -o opinia.pot)
for language in ro pl; do
	msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-location --sort-output \
		"po/$language.po" "$work/opinia.pot"
	msgattrib --no-obsolete --no-location -o "po/$language.po" "po/$language.po"
	msgfmt --statistics -o /dev/null "po/$language.po"
done
