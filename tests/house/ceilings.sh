#!/bin/sh
# How big things may get: a function 60 lines and complexity 15, a file 500 lines. An exception is
# a line "file function reason" or "file - reason" here; one that is no longer needed is a failure.
exceptions='
'
bad=0
say() { echo "$*"; bad=1; }
excepted() { printf '%s' "$exceptions" | grep -q "^$1 $2 "; }

command -v pmccabe >/dev/null || { echo "pmccabe is not installed (contrib/setup.sh test)"; exit 1; }
over=$(
	pmccabe core/*.c mime/*.c server/*.c collector/*.c analyzer/*.c metrics/*.c store/*.c report/*.c cli/*.c |
		awk '$1 > 15 || $5 > 60 {
			split($6, at, "[(]"); print at[1], $7, "complexity " $1 ", " $5 " lines" }'
	wc -l core/*.[ch] mime/*.[ch] server/*.[ch] collector/*.[ch] analyzer/*.[ch] metrics/*.[ch] store/*.[ch] report/*.[ch] cli/*.[ch] |
		awk '$2 != "total" && $1 > 500 { print $2, "-", $1 " lines" }'
)
while read -r file function what; do
	[ -n "$file" ] || continue
	excepted "$file" "$function" || say "$file: $function: $what"
done <<END
$over
END
while read -r file function why; do
	[ -n "$file" ] || continue
	[ -n "$why" ] || say "the exception of $file $function has no reason"
	printf '%s\n' "$over" | grep -q "^$file $function " ||
		say "$file $function needs no exception any more"
done <<END
$exceptions
END
exit $bad
