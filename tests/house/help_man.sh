#!/bin/sh
# What the program says of itself against the manual, both ways: help_man.sh BUILD.
# shellcheck disable=SC2013
build=${1:?usage: help_man.sh BUILD}
opinia=$build/opinia
bad=0
say() { echo "$*"; bad=1; }
export LC_ALL=C.UTF-8 LANGUAGE=en
[ -x "$opinia" ] || { echo "there is no $opinia; build it first"; exit 1; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# section PAGE NAME: its text
section() { awk -v want="# $2" '/^# / { on = $0 == want; next } on' "$1"; }
plain() { tr -d '*\\`' | sed 's/\(^\|[ ([|]\)_\([^_]*\)_/\1\2/g'; }
# the options of a page, "--name ARG<TAB>text": a line that begins with *--name*, then its lines
described() {
	section "$1" OPTIONS | awk '/^\*--/ { head = $0; text = ""; next }
		head && /^\t/ { text = text (text ? " " : "") substr($0, 2); next }
		head { print head "\t" text; head = "" }
		END { if (head) print head "\t" text }' | plain
}
# the same of the program: its names say whether a word behind it is an argument
offered() {
	"$opinia" help "$1" --options >"$tmp/names"
	"$opinia" help "$1" | awk -v names="$tmp/names" '
		BEGIN { while ((getline row < names) > 0) { split(row, part, "\t"); flag[part[1]] = part[2] == "-" } }
		/^  --/ {
			head = flag[$1] ? $1 : $1 " " $2
			sub(/^ */, ""); sub(/^[^ ]+ */, "")
			if (!flag[substr(head, 1, index(head " ", " ") - 1)])
				sub(/^[^ ]+ */, "")
			print head "\t" $0
		}' | plain
}
# compare PAGE: $tmp/offered against $tmp/described
compare() {
	while read -r row; do
		grep -qF -- "$row" "$tmp/described" || say "$1 lacks: $row"
	done <"$tmp/offered"
	for option in $(cut -d'	' -f1 "$tmp/described" | cut -d' ' -f1); do
		cut -d'	' -f1 "$tmp/offered" | cut -d' ' -f1 | grep -qx -- "$option" ||
			say "$1: there is no $option"
	done
	twice=$(cut -d'	' -f1 "$tmp/described" | sort | uniq -d)
	[ -z "$twice" ] || say "$1 twice: $twice"
}

common='--(store|config|key|now|lang|help)( |	)'
names=$("$opinia" help --names) || say "help --names fails"
for name in $names; do
	page=docs/man/opinia-$name.1.scd
	[ -f "$page" ] || { say "there is no $page"; continue; }
	help=$("$opinia" "$name" --help 2>"$tmp/err") || say "$name --help fails"
	[ -n "$help" ] || say "$name --help prints nothing to stdout"
	[ -s "$tmp/err" ] && say "$name --help prints to stderr: $(cat "$tmp/err")"
	[ "$("$opinia" help "$name")" = "$help" ] || say "help $name is not $name --help"

	offered "$name" | grep -vE "^$common" >"$tmp/offered"
	described "$page" >"$tmp/described"
	compare "$page"

	args=$(printf '%s\n' "$help" | sed -n "3s/^  opinia $name *//p")
	section "$page" SYNOPSIS | plain | grep -qF -- "opinia $name${args:+ $args}" ||
		say "$page: the synopsis is not: opinia $name $args"
	summary=$(printf '%s\n' "$help" | sed -n 1p | plain)
	section "$page" NAME | plain | grep -qiF -- "opinia-$name - $summary" ||
		say "$page: NAME is not: opinia-$name - $summary"
	printf '%s\n' "$help" | sed -n '/^Examples:/,/^$/s/^  //p' >"$tmp/examples"
	while read -r line; do
		section "$page" EXAMPLES | grep -qF -- "$line" || say "$page: the example is missing: $line"
	done <"$tmp/examples"
	grep -q "^\*opinia-$name\*(1)" docs/man/opinia.1.scd || say "docs/man/opinia.1.scd does not list opinia-$name(1)"
	for part in NAME SYNOPSIS DESCRIPTION OPTIONS OUTPUT 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
		[ -n "$(section "$page" "$part")" ] || say "$page: no section $part"
	done
done
for page in docs/man/opinia-*.1.scd; do
	name=$(basename "$page" .1.scd)
	printf '%s\n' "$names" | grep -qx -- "${name#opinia-}" || say "$page: there is no such command"
done

page=docs/man/opinia.1.scd
offered check | grep -E "^$common" >"$tmp/offered"
printf -- '--version\tPrint the version\n' >>"$tmp/offered"
described "$page" >"$tmp/described"
compare "$page"

# exit statuses: those that core/err.h promises, "0, 1, 2 … or 75"
promised=$(sed -n 's|^/\* \(0, 1, .* or [0-9]*\): .*|\1|p' core/err.h | tr -cs '0-9' ' ')
[ -n "$promised" ] || say "core/err.h: the exit statuses are not in the comment of err_exit()"
section "$page" 'EXIT STATUS' >"$tmp/status"
for code in $promised; do
	grep -q "^\*$code\*" "$tmp/status" || say "$page: exit status $code is missing"
done
for code in $(sed -n 's/^\*\([0-9]*\)\*.*/\1/p' "$tmp/status"); do
	case " $promised " in *" $code "*) ;; *) say "$page: nothing exits with $code" ;; esac
done

for other in docs/man/opinia-*.1.scd; do
	for code in $(section "$other" 'EXIT STATUS' | sed -n 's/^\*\([0-9]*\)\*.*/\1/p'); do
		case " $promised " in *" $code "*) ;; *) say "$other: nothing exits with $code" ;; esac
	done
done

# the settings as the program tells them, against opinia.conf(5); the words: settings.sh
for key in $("$opinia" help settings | sed -n 's/^#\([a-z0-9_]*\) = .*/\1/p; s/^#\([a-z0-9_]*\) =$/\1/p'); do
	grep -q "^\*$key\* =" docs/man/opinia.conf.5.scd || say "docs/man/opinia.conf.5.scd: $key is missing"
done
for key in $(sed -n 's/^\*\([a-z0-9_]*\)\* =.*/\1/p' docs/man/opinia.conf.5.scd); do
	"$opinia" help settings | grep -q "^#$key =" || say "docs/man/opinia.conf.5.scd: there is no setting $key"
done

"$opinia" --help >"$tmp/out" 2>"$tmp/err" || say "--help fails"
[ -s "$tmp/out" ] || say "--help prints nothing to stdout"
"$opinia" --version | grep -qE '^opinia [0-9]+\.[0-9]+' || say "--version says no version"
"$opinia" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 2 ] || say "without a command the exit status is not 2"
[ -s "$tmp/out" ] && say "without a command something goes to stdout"
exit $bad
