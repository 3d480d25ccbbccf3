# opinia.bash: completion for bash. Installed as /usr/share/bash-completion/completions/opinia, or
# sourced from ~/.bashrc. Commands and options are asked of the program itself, so it never lags
# behind; the fields of filters are those of opinia-filter(7).

_opinia_fields='topic: complaint: praise: sentiment: channel: kind: lang: agent: team: queue: source: reason:
activity: attr. delivery: escalated: self_service: csat: nps: ces: ces1: ces2: fcr: has: is: id: customer:
day: since: until:'

# The command on the line, if it is there already: the first word that is no option.
_opinia_command()
{
	local i word
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--store | --config | --now | --lang) ((i++)) ;;
		-*) ;;
		*)
			printf '%s' "$word"
			return
			;;
		esac
	done
}

_opinia_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_opinia_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# What may stand behind an option: its choices, a file, a folder, or one of what the program lists.
_opinia_value()
{
	local command=$1 option=$2 word=$3 choices
	case $option in
	--store)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return 0
		;;
	--config | --key | --rejected | --out | --notes)
		_opinia_files "$word"
		return 0
		;;
	--channel)
		_opinia_words 'chat email phone web other' "$word"
		return 0
		;;
	--by)
		_opinia_list 'day week month weekday channel topic sentiment language agent team queue source csat nps ces fcr reason' "$word"
		return 0
		;;
	--metric | --score)
		_opinia_list "$(opinia kpi --list --format csv 2>/dev/null | sed -n '2,$s/,.*//p')" "$word"
		return 0
		;;
	esac
	choices=$(opinia help ${command:+"$command"} --options 2>/dev/null | sed -n "s/^$option	//p")
	[[ $choices == - ]] && return 1
	_opinia_words "${choices//|/ }" "$word"
	return 0
}

# A list with commas: the part behind the last comma is completed.
_opinia_list()
{
	local before=
	[[ $2 == *,* ]] && before=${2%,*},
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${2##*,}")
	compopt -o nospace 2>/dev/null
}

_opinia()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command
	COMPREPLY=()
	command=$(_opinia_command)

	# bash cuts --name=value into three words
	if [[ $word == = ]]; then
		_opinia_value "$command" "$before" ''
		return
	elif [[ $before == = ]]; then
		_opinia_value "$command" "${COMP_WORDS[COMP_CWORD - 2]}" "$word"
		return
	elif [[ $before == --* ]] && _opinia_value "$command" "$before" "$word"; then
		return
	fi
	if [[ $word == --* ]]; then
		_opinia_words "$(opinia help ${command:+"$command"} --options 2>/dev/null | cut -f1)" "$word"
		[[ -n $command ]] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W --version -- "$word")
		return
	fi
	case $command in
	'') _opinia_words "$(opinia help --names 2>/dev/null)" "$word" ;;
	help) _opinia_words "$(opinia help --names 2>/dev/null) settings" "$word" ;;
	import | tag) _opinia_files "$word" ;;
	explain) _opinia_words "$(opinia kpi --list --format csv 2>/dev/null | sed -n '2,$s/,.*//p')" "$word" ;;
	kpi | phrases | query | report | stats | topics)
		compopt -o nospace 2>/dev/null
		if [[ $word == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -P - -W "$_opinia_fields" -- "${word#-}")
		else
			_opinia_words "$_opinia_fields" "$word"
		fi
		;;
	esac
}

complete -F _opinia opinia
