#!/usr/bin/env bash
# As bwrap: --argv0 VALUE is what COMMAND sees as its name, not what is executed. (0.8 has it not.)
. "${0%/*}/../lib.sh" || exit

# shellcheck disable=SC2016 # for the inner shell
zero=(-c 'echo "$0"')
t_run "$BWRAP_HUSK" --ro-bind / / --argv0 other bash "${zero[@]}"
t_is "$status $out" "0 other" "argv[0] is VALUE"
t_run "$BWRAP_HUSK" --ro-bind / / --argv0 "" bash "${zero[@]}"
t_is "$status $out" "0 " "which can be empty"
t_run "$BWRAP_HUSK" --ro-bind / / --argv0 -bash bash -c 'shopt -q login_shell; echo $?'
t_is "$status $out" "0 0" "a dash makes a login shell"
t_run "$BWRAP_HUSK" --ro-bind / / --argv0 true no-such-command
t_is "$status $err" "1 bwrap: execvp no-such-command: No such file or directory" "COMMAND is executed"
t_run "$BWRAP_HUSK" --ro-bind / / bash "${zero[@]}"
t_is "$status $out" "0 bash" "without it, it is COMMAND"

t_done
