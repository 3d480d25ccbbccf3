#!/bin/sh
# The sentences of the program against po/*.po: nothing missing, nothing left over, nothing fuzzy
# or untranslated, and the same %-signs in the same order (msgfmt --check). What has no word in it
# ("%s: %s") is left alone.
bad=0
say() { echo "$*"; bad=1; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# functions that look their format up by themselves stand here with the place of the format;
# SV_FMT is written out, because xgettext ends a sentence at a macro
find core mime collector analyzer metrics store report server cli -name '*.[ch]' | LC_ALL=C sort >"$tmp/files"
while read -r f; do
	mkdir -p "$tmp/src/${f%/*}"
	sed 's/SV_FMT/"%.*s"/g' "$f" >"$tmp/src/$f"
	tr '\n\t' '  ' <"$tmp/src/$f" |
		grep -oE '(^|[^a-zA-Z_])(N?_\(|err_at\([a-z]+, |err_set\([^"]*, |filter_wrong\([^"]*, |notes_add\([a-z]+, )("([^"\\]|\\.)*" *)+[A-Z][A-Z_]+ ' |
		sed "s|^|$f: a macro cuts this sentence for xgettext: |"
done <"$tmp/files" | grep . && bad=1
(cd "$tmp/src" && xgettext --files-from="$tmp/files" --language=C --from-code=UTF-8 --sort-output --no-location \
	--keyword=_ --keyword=N_ --keyword=ngettext:1,2 --keyword=err_set:3 --keyword=err_at:2 \
	--keyword=filter_wrong:3 --keyword=notes_add:2 -o "$tmp/opinia.pot") 2>"$tmp/why"
[ -s "$tmp/opinia.pot" ] || { echo "xgettext finds no sentence: $(cat "$tmp/why")"; exit 1; }
grep -iE 'error|warning' "$tmp/why" && bad=1

one_line() { # PO: its msgids, one a line
	msgcat --no-wrap --no-location --sort-output "$1" | awk '
		/^msgid / { on = 1; text = substr($0, 8); sub(/"$/, "", text); next }
		/^msg(str|id_plural|ctxt)/ { if (on && text != "") print text; on = 0; next }
		on && /^"/ { line = substr($0, 2); sub(/"$/, "", line); text = text line }' |
		awk '{ bare = $0; gsub(/%[-+ #0]*[0-9.*]*[hlzjt]*[a-zA-Z%]|\\[a-z]/, "", bare) } bare ~ /[A-Za-z]/' | sort -u
}
one_line "$tmp/opinia.pot" >"$tmp/want"
for lang in ro pl; do
	po=po/$lang.po
	if [ ! -f "$po" ]; then
		say "there is no $po: $(wc -l <"$tmp/want") sentences wait for a translator"
		continue
	fi
	msgattrib --no-obsolete --force-po "$po" -o "$tmp/$lang.po" 2>"$tmp/why" || { say "$po: $(cat "$tmp/why")"; continue; }
	one_line "$tmp/$lang.po" >"$tmp/have"
	comm -23 "$tmp/want" "$tmp/have" | sed "s|^|$po: missing: |" | grep . && bad=1
	comm -13 "$tmp/want" "$tmp/have" | sed "s|^|$po: the program does not say: |" | grep . && bad=1
	msgattrib --only-fuzzy --no-obsolete --force-po "$po" -o "$tmp/part.po" && one_line "$tmp/part.po" |
		sed "s|^|$po: fuzzy: |" | grep . && bad=1
	msgattrib --untranslated --no-obsolete --force-po "$po" -o "$tmp/part.po" && one_line "$tmp/part.po" |
		sed "s|^|$po: untranslated: |" | grep . && bad=1
	msgfmt --check -o /dev/null "$po" 2>"$tmp/why" || { sed 's/^/  /' "$tmp/why"; say "$po: msgfmt --check fails"; }
	grep -nE '[şţŞŢ]' "$po" | sed "s|^|$po: cedilla, where Romanian has a comma: |" | grep . && bad=1
done
exit $bad
