# shellcheck shell=bash
# For the tests that need a terminal; sourced after lib.sh.
t_need python3
export TERM=dumb
unset PROMPT_COMMAND HISTFILE PS0

# An interactive shell that prints nothing of its own but the prompt, which is for --setenv PS1.
SHELL_INSIDE='bash --norc --noprofile --noediting -i'
export SHELL_INSIDE

# t_talk COMMAND...: runs it in a terminal and talks with it; stdin has the steps and the names of the
# test points (see terminal.py).
t_talk()
{
    local line
    out=$(python3 "$SRCDIR/tests/helpers/terminal.py" "$@" 2>&1)
    while IFS= read -r line; do
        case $line in
        "ok "*) t_result 0 "${line#ok }" ;;
        "not ok "*) t_result 1 "${line#not ok }" ;;
        *) printf '# %s\n' "${line#\# }" ;;
        esac
    done <<< "$out"
    [[ $out = *"ok "* ]] || t_result 1 "the conversation took place"
}

# The same with an interactive shell outside, to type husk's command lines into.
t_talk_outer()
{
    t_talk env PS1='outer> ' bash --norc --noprofile --noediting -i
}
