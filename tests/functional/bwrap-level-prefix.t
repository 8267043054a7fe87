#!/usr/bin/env bash
# As bwrap: --level-prefix marks messages for sd-daemon(3): <3> an error, <4> a warning.
. "${0%/*}/../lib.sh" || exit

t_run "$BWRAP_HUSK" --level-prefix --ro-bind /no/such /x true
t_is "$status $err" "1 <3>bwrap: Can't find source path /no/such: No such file or directory" "an error"
t_run "$BWRAP_HUSK" --level-prefix --chdir / --chdir / --ro-bind / / true
t_is "$status $err" "0 <4>bwrap: Only the last --chdir option will take effect" "a warning"
t_run "$BWRAP_HUSK" --no-such --level-prefix
t_is "$status $err" "1 bwrap: Unknown option --no-such" "not what was said before it"
t_run "$BWRAP_HUSK" --level-prefix --ro-bind / / /no/such/command
t_is "$status $err" "1 <3>bwrap: execvp /no/such/command: No such file or directory" "after set-up too"

t_done
