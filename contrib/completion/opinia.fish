# opinia.fish: completion for fish. Installed in a folder of $fish_complete_path, for instance
# /usr/share/fish/vendor_completions.d/opinia.fish. Commands and options are asked of the program.

function __opinia_command
    set -l words (commandline -opc)
    set -e words[1]
    set -l skip 0
    for word in $words
        if test $skip -eq 1
            set skip 0
            continue
        end
        switch $word
            case --store --config --now --lang
                set skip 1
            case '-*'
            case '*'
                echo $word
                return
        end
    end
end

function __opinia_is
    set -l command (__opinia_command)
    if test -z "$argv[1]"
        test -z "$command"
    else
        contains -- "$command" $argv
    end
end

function __opinia_names
    opinia help --names 2>/dev/null
end

function __opinia_metrics
    opinia kpi --list --format csv 2>/dev/null | sed -n '2,$s/,.*//p'
end

# The options of the command, and the choices of the option right before the cursor.
function __opinia_options
    set -l command (__opinia_command)
    opinia help $command --options 2>/dev/null | cut -f1
end

function __opinia_choices
    set -l command (__opinia_command)
    set -l words (commandline -opc)
    set -l option $words[-1]
    switch $option
        case --store
            __fish_complete_directories (commandline -ct)
        case --config --key --rejected --out --notes
            __fish_complete_path (commandline -ct)
        case --channel
            printf '%s\n' chat email phone web other
        case --by
            printf '%s\n' day week month weekday channel topic sentiment language agent team queue source csat nps ces fcr reason
        case --metric --score
            __opinia_metrics
        case '*'
            set -l kind (opinia help $command --options 2>/dev/null | string replace -rf "^$option\t" '')
            test "$kind" = -; and return 1
            string split '|' -- $kind
    end
end

function __opinia_wants_value
    set -l command (__opinia_command)
    set -l words (commandline -opc)
    string match -q -- '--*' $words[-1]; or return 1
    opinia help $command --options 2>/dev/null | string match -qr -- "^$words[-1]\t(?!-\$)"
end

function __opinia_fields
    printf '%s:\n' topic complaint praise sentiment channel kind lang agent team queue source reason activity delivery \
        escalated self_service csat nps ces ces1 ces2 fcr has is id customer day since until
    echo attr.
end

complete -c opinia -f
complete -c opinia -n __opinia_wants_value -a '(__opinia_choices)'
complete -c opinia -n 'not __opinia_wants_value; and string match -q -- "-*" (commandline -ct)' -a '(__opinia_options)'
complete -c opinia -n '__opinia_is ""; and not __opinia_wants_value' -a '(__opinia_names)'
complete -c opinia -n '__opinia_is help; and not __opinia_wants_value' -a '(__opinia_names) settings'
complete -c opinia -n '__opinia_is import tag; and not __opinia_wants_value' -F
complete -c opinia -n '__opinia_is explain; and not __opinia_wants_value' -a '(__opinia_metrics)'
complete -c opinia -n '__opinia_is kpi phrases query report stats topics; and not __opinia_wants_value' -a '(__opinia_fields)'
