#!/bin/sh
# Every file opens with its reason: C with the SPDX line, then a comment that starts with the name
# of the file; scripts and CMake files with a comment in their first lines.
bad=0
say() { echo "$*"; bad=1; }

for f in $(find . -path ./.git -prune -o -path './build*' -prune -o -name '*.[ch]' -print | sort); do
	name=$(basename "$f")
	[ "$(sed -n 1p "$f")" = '/* SPDX-License-Identifier: Apache-2.0 */' ] ||
		say "$f: the first line is not the SPDX line"
	two=$(sed -n '2,3p' "$f" | tr '\n' ' ')
	case $two in
	"/* $name: "?* | "/*  * $name: "?*) ;;
	*) say "$f: no comment that starts with \"$name: \" and says why" ;;
	esac
done
for f in $(find . -path ./.git -prune -o -path './build*' -prune -o \
	\( -name '*.sh' -o -name '*.cmake' -o -name CMakeLists.txt -o -name '*.py' -o -name '*.awk' \) -print | sort); do
	sed -n 1,4p "$f" | grep -vE '^#!' | grep -qE '^(# |"""|#:)' || say "$f: does not say what it is for"
	case $f in
	*/lib/*) ;; # is sourced
	*.sh) sed -n 1p "$f" | grep -qE '^#!/bin/(sh|bash)$' || say "$f: no #!/bin/sh" ;;
	esac
done
exit $bad
