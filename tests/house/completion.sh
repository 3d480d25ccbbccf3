#!/bin/sh
# What TAB offers in bash, word by word; and that zsh and fish can read their files, where they are.
# shellcheck disable=SC2013
build=${1:?usage: completion.sh BUILD}
[ -x "$build/opinia" ] || { echo "there is no $build/opinia; build it first"; exit 1; }
bad=0
PATH="$build:$PATH"
export PATH LC_ALL=C.UTF-8 LANGUAGE=en
say() { echo "$*"; bad=1; }
# the names of the metrics are asked of a program that has a store
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT
export OPINIA_STORE="$store/store"
opinia init --zone Europe/Bucharest 2>/dev/null || say "opinia init fails"

# offers WANTED WORD...: TAB behind the last word (an empty one: behind a blank) offers WANTED
offers() {
	wanted=$1
	shift
	got=$(bash -c '
		. contrib/completion/opinia.bash
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_opinia
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@" 2>&1)
	for one in $wanted; do
		case $one in
		!*) printf '%s\n' "$got" | grep -qxF -- "${one#!}" && say "$*<TAB> offers ${one#!}" ;;
		*) printf '%s\n' "$got" | grep -qxF -- "$one" || say "$*<TAB> does not offer $one, but: $(echo "$got" | tr '\n' ' ')" ;;
		esac
	done
	case $wanted in '') [ -z "$got" ] || say "$*<TAB> offers $got" ;; esac
}

offers 'check import kpi topics !settings !--store' opinia ''
offers 'topics tag !kpi' opinia t
offers '--store --lang --version !--format' opinia --
offers 'query !--lang' opinia --lang pl q
offers 'en ro pl' opinia --lang ''
offers 'settings import' opinia help ''
offers '--dry-run --map --kind --lang !--by !--version' opinia import --
offers 'feedback interaction customer' opinia import --kind ''
offers 'invitation interaction !feedback' opinia import --kind i
offers 'invitation interaction !feedback' opinia import --kind = i
offers 'table json csv' opinia import --format =
offers 'contrib/sample/feedback-chat.csv' opinia import contrib/sample/feedback-c
offers 'contrib/sample/feedback-phone.jsonl' opinia import --dry-run contrib/sample/feedback-
offers 'contrib !CMakeLists.txt' opinia --store c
offers 'contrib docs !CMakeLists.txt' opinia stats --store ''
offers 'CMakeLists.txt' opinia stats --config CM
offers 'week weekday !channel' opinia stats --by we
offers 'channel,week channel,weekday' opinia stats --by channel,we
offers 'csat nps' opinia kpi --metric ''
offers 'csat,nps' opinia kpi --metric csat,np
offers 'topic: channel: attr. since:' opinia query ''
offers '-topic: !topic:' opinia query -t
offers 'complaints change impact volume' opinia topics --sort ''
offers 'chat phone' opinia import --channel ''
offers 'nps nps' opinia explain n
offers '' opinia check ''
offers 'auto text json' opinia tag --input ''

# every command and option that the program names is offered
for name in $(opinia help --names); do
	offers "$name" opinia "$name"
	for option in $(opinia help "$name" --options | cut -f1); do offers "$option" opinia "$name" "$option"; done
done
# the fields of filters are those of the store
for field in $(sed -n '/filter_fields\[\] = {/,/^};/p' store/filter.c | sed -n 's/^	{ "\([a-z_.0-9]*\)".*/\1/p'); do
	case $field in *.) ;; *) field=$field: ;; esac
	[ "$field" = text: ] || [ "$field" = language: ] || offers "$field" opinia query "${field%?}"
	for shell in zsh fish; do
		[ "$field" = text: ] || [ "$field" = language: ] ||
			grep -qE "(^|[[:space:](])${field%:}($|[ )])" "contrib/completion/opinia.$shell" ||
			say "contrib/completion/opinia.$shell: $field is missing"
	done
done

command -v shellcheck >/dev/null && { shellcheck -s bash -S warning contrib/completion/opinia.bash || bad=1; }
command -v zsh >/dev/null && { zsh -n contrib/completion/opinia.zsh || bad=1; }
command -v fish >/dev/null && { fish --no-execute contrib/completion/opinia.fish || bad=1; }
exit $bad
