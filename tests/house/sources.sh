#!/bin/sh
# opinia-sources(5) against what the program itself says of its sources: every adapter, map, scheme and
# every setting of each of them is on the page: sources.sh BUILD.
# shellcheck disable=SC2013
build=${1:?usage: sources.sh BUILD}
opinia=$build/opinia
page=docs/man/opinia-sources.5.scd
bad=0
say() { echo "$*"; bad=1; }
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT
export OPINIA_STORE="$store/store"
"$opinia" init --zone Europe/Bucharest 2>/dev/null || say "opinia init fails"

kinds=$("$opinia" sources --list --format json | jq -r .adapter)
[ -n "$kinds" ] || say "sources --list names nothing"
for kind in $kinds; do
	grep -q -- "$kind" "$page" || say "$page: $kind is missing"
	"$opinia" sources --list "$kind" --format json >"$store/rows" || say "sources --list $kind fails"
	for key in $(jq -r .key "$store/rows"); do
		grep -qF -e "*$key*" -e "_${key}_:" "$page" || say "$page: $key (of $kind) is missing"
	done
	jq -r 'select(.what == "") | .key' "$store/rows" | grep . && say "$kind: a setting without a word"
done
for scheme in $(sed -n 's/^[[:space:]]*{ "\([a-z]*\)", N_(.*/\1/p' collector/hook_schemes.c); do
	grep -q "^\*scheme\* = $scheme$" "$page" || say "$page: the scheme $scheme is missing"
done
for adapter in $(sed -n 's/^const struct adapter \(adapter_[a-z_]*\) = .*/\1/p' collector/source_*.c); do
	grep -q "&$adapter\b" collector/registry.c || say "collector/registry.c: $adapter is missing"
done
exit $bad
