#compdef opinia
# opinia.zsh: completion for zsh. Installed as _opinia in a folder of $fpath, for instance
# /usr/share/zsh/vendor-completions/_opinia. Commands and options are asked of the program itself.

_opinia_metrics() {
	local -a metrics
	metrics=(${(f)"$(opinia kpi --list --format csv 2>/dev/null | sed -n '2,$s/,.*//p')"})
	_values -s , metric $metrics
}

_opinia_filter() {
	local -a fields
	fields=(topic complaint praise sentiment channel kind lang agent team queue source reason activity delivery
		escalated self_service csat nps ces ces1 ces2 fcr has is id customer day since until)
	compset -P '-'
	compadd -S : -- $fields
	compadd -S '' -- attr.
}

_opinia() {
	local command= word i
	local -a options lines names
	for ((i = 2; i < CURRENT; i++)); do
		word=$words[i]
		case $word in
		--store|--config|--now|--lang) ((i++)) ;;
		-*) ;;
		*) command=$word; break ;;
		esac
	done

	lines=(${(f)"$(opinia help ${command} --options 2>/dev/null)"})
	for word in $lines; do
		local name=${word%%$'\t'*} kind=${word#*$'\t'}
		case $name in
		--store) options+=("$name=[the store]:folder:_files -/") ;;
		--config|--key|--rejected|--out|--notes) options+=("$name=:file:_files") ;;
		--channel) options+=("$name=:channel:(chat email phone web other)") ;;
		--by) options+=("$name=:dimension:_values -s , dimension day week month weekday channel topic sentiment language agent team queue source csat nps ces fcr reason") ;;
		--metric|--score) options+=("$name=:metric:_opinia_metrics") ;;
		--map|--scale) options+=("*$name=:value:") ;;
		*)
			case $kind in
			-) options+=("$name") ;;
			'') options+=("$name=:value:") ;;
			*) options+=("$name=:choice:(${kind//|/ })") ;;
			esac
			;;
		esac
	done

	names=(${(f)"$(opinia help --names 2>/dev/null)"})
	if [[ -z $command ]]; then
		_arguments -S $options '--version[print the version]' "*:command:($names)"
		return
	fi
	case $command in
	import|tag) _arguments -S $options '*:file:_files' ;;
	help) _arguments -S $options "*:command:($names settings)" ;;
	explain) _arguments -S $options '*:text, id or indicator:_opinia_metrics' ;;
	kpi|phrases|query|report|stats|topics) _arguments -S $options '*:filter:_opinia_filter' ;;
	*) _arguments -S $options ;;
	esac
}

_opinia "$@"
