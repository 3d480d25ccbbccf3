#!/bin/sh
# The repository holds sources: nothing generated, nothing huge, Unix line ends, a newline at the end.
bad=0
list=$(mktemp)
trap 'rm -f "$list"' EXIT
say() { echo "$*"; bad=1; }

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
	git ls-files --cached --others --exclude-standard
else
	find . -path ./.git -prune -o -path './build*' -prune -o -type f -print | sed 's|^\./||'
fi | sort >"$list"

while read -r f; do
	[ -f "$f" ] || continue
	case $f in
	*.o | *.a | *.so | *.mo | *.pot | *.lex | *.pyc | *.orig | *.rej | *.swp | *~ | *.log | *.rejected | \
		*.gcda | *.gcno | core | core.* | */CMakeCache.txt | */build.ninja | *.[1578] | data.mdb | lock.mdb | *.key)
		say "$f: is made, not written"
		;;
	*' '*) say "$f: a name without blanks, please" ;;
	esac
	size=$(wc -c <"$f")
	[ "$size" -le 614400 ] || say "$f: $size bytes; at most 600 kB"
	[ "$size" -gt 0 ] || say "$f: is empty"
	case $f in
	tests/metrics/golden.csv) continue ;; # as RFC 4180 has it
	contrib/sample/* | tests/fuzz/corpus* | tests/*/data/* | tests/*/files/*) continue ;;
	*.png | *.jpg | *.ico | *.gz | *.woff2) continue ;;
	esac
	[ "$(tail -c 1 "$f" | od -An -c | tr -d ' ')" = '\n' ] || say "$f: no newline at the end"
	if LC_ALL=C grep -q "$(printf '\r')\$" "$f"; then say "$f: CRLF"; fi
	iconv -f UTF-8 -t UTF-8 "$f" >/dev/null 2>&1 || say "$f: is not UTF-8"
	case $f in
	*.md)
		grep -nE '^\|.*	' "$f" | sed "s|^|$f: a tab in a table: |" | grep . && bad=1
		;;
	*.[ch] | *.sh | *.awk | *.cmake | */CMakeLists.txt | *.yml | *.scd)
		grep -nE '[ 	]+$' "$f" | sed "s|^|$f: blanks at the end of line |" | grep . && bad=1
		;;
	esac
	case $f in
	*.[ch]) grep -nE '^ {8}' "$f" | sed "s|^|$f: blanks where a tab belongs: |" | grep . && bad=1 ;;
	esac
done <"$list"
exit $bad
