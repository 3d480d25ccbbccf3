#!/bin/sh
# memcheck over the whole main job with the real program: it sees what is read and never was set, which the
# sanitizers do not. Criterion hides what valgrind says, a shell script does not. Map sizes stay small because valgrind cannot map more than 32 GiB.
set -eu
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OPINIA_STORE="$work/store" OPINIA_NOW=2026-08-30
printf '[store]\nmap_max = 512\n' >"$work/conf"
head -n 120 contrib/sample/feedback-email.csv >"$work/answers.csv"

check() {
	valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
		"$build/opinia" --config "$work/conf" "$@" >"$work/out" || {
		code=$?
		[ "$code" -ne 99 ] || exit 1
		[ "$code" -eq 1 ] || { echo "opinia $* exits $code"; exit 1; }
	}
}

check init --zone Europe/Bucharest
check import "$work/answers.csv"
check import "$work/answers.csv"
check kpi --last 26w
check topics --last 26w
check stats --by week,channel,topic
check query 'nps:0..6 -topic:price'
check explain 'nu merge plata, dar curierul a fost foarte amabil!!! :)'
check check
check report --last 26w --out "$work/report.html"
echo "nu merge" | check tag
echo "valgrind has nothing to say"
