#!/bin/sh
# Every shell script of the repository passes shellcheck.
command -v shellcheck >/dev/null || { echo "shellcheck is not installed (contrib/setup.sh test)"; exit 1; }
bad=0
for f in $(find . -path ./.git -prune -o -path './build*' -prune -o -name '*.sh' -print | sort) .ci/run; do
	[ -f "$f" ] || continue
	shellcheck -x -S style "$f" || bad=1
done
shellcheck -s bash contrib/completion/opinia.bash || bad=1
exit $bad
