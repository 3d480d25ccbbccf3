#!/bin/sh
# All C is laid out as .clang-format says (clang-format 14, as in Debian 12).
command -v clang-format >/dev/null || { echo "clang-format is not installed (contrib/setup.sh test)"; exit 1; }
find . -path ./.git -prune -o -path './build*' -prune -o -name '*.[ch]' -print | sort |
	xargs clang-format --dry-run -Werror 2>&1 |
	sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error: .*/\1/p' | sort | uniq -c |
	awk '{ print $2 ": " $1 " places; clang-format -i " $2; bad = 1 } END { exit bad }'
