#!/bin/sh
# Runs the house tests: run.sh BUILD [NAME...]. From anywhere; BUILD is the build folder.
set -u
build=${1:?usage: tests/house/run.sh BUILD [NAME...]}
shift
build=$(cd "$build" && pwd) || exit 2
cd "$(dirname "$0")/../.." || exit 2
LC_ALL=C.UTF-8
export LC_ALL
unset LANGUAGE OPINIA_STORE OPINIA_NOW OPINIA_LEXICONS

if [ $# -eq 0 ]; then
	for f in tests/house/*.sh; do
		[ "$f" = tests/house/run.sh ] || set -- "$@" "$(basename "$f" .sh)"
	done
fi
failed=0
for name in "$@"; do
	if said=$(sh "tests/house/$name.sh" "$build" 2>&1); then
		echo "ok $name"
	else
		echo "FAIL $name"
		printf '%s\n' "$said" | sed 's/^/  /'
		failed=$((failed + 1))
	fi
done
[ "$failed" -eq 0 ] || { echo "$failed failed"; exit 1; }
