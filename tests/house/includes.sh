#!/bin/sh
# Who may include whom: the floor plan. A line reads: room: rooms it may enter, by their door
# (opinia_<room>.h), core apart. Paths start at the root; every header has the guard of its path;
# a foreign library is named only in its own rooms.
# shellcheck disable=SC2013
plan='
core:
mime: core
collector: core
analyzer: core
metrics: core
store: core
report: core metrics store
server: core
cli: core collector analyzer metrics store report server
'
# header: rooms (and their tests) that may name it
libraries='
lmdb.h: store
zstd: store
xxhash.h: store
sodium.h: collector analyzer store cli
utf8proc.h: core analyzer mime
pcre2.h: analyzer
ini.h: core collector
curl/: collector
openssl/: collector
zip.h: collector
expat.h: collector
gmime/: mime
microhttpd.h: server
jansson.h: collector server
'
bad=0
say() { echo "$*"; bad=1; }

for room in core mime collector analyzer metrics store report server cli; do
	may="$room $(printf '%s' "$plan" | sed -n "s/^$room: *//p")"
	for inc in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$room"/*.[ch] | sort -u); do
		to=${inc%%/*} file=${inc#*/}
		case $inc in
		*/*) ;;
		*)
			say "$room: \"$inc\" does not start at the root"
			continue
			;;
		esac
		[ -f "$inc" ] || say "$room: there is no $inc"
		case " $may " in *" $to "*) ;; *) say "$room may not enter $to ($inc)" ;; esac
		case $to/$file in "$room"/* | core/* | */opinia_*.h) ;;
		*) say "$room must use the door of $to, not $inc" ;; esac
	done
	for h in "$room"/*.h; do
		[ -f "$h" ] || continue
		name=$(basename "$h" .h | tr '[:lower:]' '[:upper:]')
		upper=$(echo "$room" | tr '[:lower:]' '[:upper:]')
		guard=$(sed -n 's/^#ifndef //p' "$h" | head -1)
		case $guard in
		"OPINIA_${upper}_${name}_H") ;;
		"${name}_H") [ "$name" = "OPINIA_$upper" ] || say "$h: its guard is $guard" ;;
		*) say "$h: its guard is $guard, not OPINIA_${upper}_${name}_H" ;;
		esac
		grep -qx "#define $guard" "$h" || say "$h: the guard is not defined"
	done
done

while IFS=: read -r header rooms; do
	[ -n "$header" ] || continue
	for f in core/*.[ch] mime/*.[ch] server/*.[ch] collector/*.[ch] analyzer/*.[ch] metrics/*.[ch] store/*.[ch] report/*.[ch] cli/*.[ch]; do
		grep -qsE "^#include <$header" "$f" || continue
		case " $rooms " in *" ${f%%/*} "*) ;; *) say "$f: <$header…> belongs to:$rooms" ;; esac
	done
done <<END
$libraries
END
exit $bad
