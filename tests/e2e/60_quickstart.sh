#!/bin/sh
# The README's first command, twice: the second run changes nothing.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
unset OPINIA_STORE OPINIA_NOW LANGUAGE

git -C "$root" ls-files -z | xargs -0 tar -C "$root" -cf - | tar -C "$work" -xf - --one-top-level=clone
cd "$work/clone"
export OPINIA_DEMO="$work/demo"
sh contrib/quickstart.sh >"$work/first" 2>&1 || { tail -n 40 "$work/first"; die "the first run failed"; }
began=$(date +%s)
sh contrib/quickstart.sh >"$work/second" 2>&1 || { tail -n 40 "$work/second"; die "the second run failed"; }
took=$(($(date +%s) - began))
[ -s report.html ] || die "no report.html"
grep -q 'feedback-chat.csv' "$work/first" || die "no summary of the import"
grep -E 'feedback-chat.csv .* 389 ' "$work/second" | grep -q ' 0 ' || die "the second run changed something"
[ "$took" -lt 30 ] || die "the second run took $took s"
echo "twice; the second run in $took s"
