# Completions of mnet for bash. The program itself knows what a word may become.
_mnet() {
    local line value
    COMPREPLY=()
    while IFS= read -r line; do
        value=${line%%$'\t'*}
        case $line in
            $'\tfolders') compopt -o dirnames 2>/dev/null || COMPREPLY+=($(compgen -d -- "$2")) ;;
            $'\tfiles') compopt -o default 2>/dev/null || COMPREPLY+=($(compgen -f -- "$2")) ;;
            *)
                COMPREPLY+=("$value")
                # Names of classes have spaces and apostrophes, which readline quotes in this mode.
                [[ $value == *[!a-zA-Z0-9_/.,=:@-]* ]] && compopt -o filenames 2>/dev/null
                ;;
        esac
    done < <(command mnet complete -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
}

complete -F _mnet mnet
