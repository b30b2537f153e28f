# Completions of mnet for fish. The program itself knows what a word may become.
function __mnet_complete
    set -l typed (commandline --cut-at-cursor --current-process | string collect)
    set -l token (commandline --cut-at-cursor --current-token)
    # Without its quotes, of which the last may still be open.
    set -l word (string unescape -- "$token"; or string unescape -- "$token'"; or string unescape -- "$token\"")
    set -l flag (string match --regex -- '^--[^=]*=' "$word")
    for line in (command mnet complete -- "$typed" 2>/dev/null)
        switch $line
            case \tfolders
                __fish_complete_directories (string replace -- "$flag" '' "$word") | string replace --regex -- '^' "$flag"
            case \tfiles
                __fish_complete_path (string replace -- "$flag" '' "$word") | string replace --regex -- '^' "$flag"
            case '*'
                printf '%s\n' $line
        end
    end
end

complete --command mnet --no-files --arguments '(__mnet_complete)'
