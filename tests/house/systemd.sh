#!/bin/sh
# The units of contrib/systemd: systemd reads them without a remark, and finds little that a broken
# program could do: an exposure of 2.0 at most (a bare unit has 9.6). Where systemd is not
# installed there is nothing to ask.
# shellcheck disable=SC2013
command -v systemd-analyze >/dev/null || exit 0
bad=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp contrib/systemd/* "$work/"
for unit in "$work"/*; do
	name=$(basename "$unit")
	said=$(systemd-analyze verify --man=no "$unit" 2>&1 | grep -F "$name")
	[ -z "$said" ] || { printf '%s: %s\n' "$name" "$said"; bad=1; }
	case $name in *.service) ;; *) continue ;; esac
	systemd-analyze security --no-pager --offline=true --threshold=20 "$unit" >"$work/out" 2>&1 ||
		{ echo "$name: $(tail -1 "$work/out")"; bad=1; }
done
exit $bad
