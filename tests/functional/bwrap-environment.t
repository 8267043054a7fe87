#!/usr/bin/env bash
# As bwrap: --setenv, --unsetenv and --clearenv work in order, and COMMAND is found with the result.
. "${0%/*}/../lib.sh" || exit

# shellcheck disable=SC2016 # for the inner shell
shows='env -u B -u _ -u SHLVL | sort'
export shows
same_as_bwrap_sh "all of it is inherited" 'A=1 B1=2 $B --ro-bind / / sh -c "$shows"'
same_as_bwrap_sh "--setenv sets and replaces" \
    'A=1 C=3 $B --ro-bind / / --setenv A 2 --setenv D "" --setenv E "a b=c" sh -c "$shows"'
same_as_bwrap_sh "--unsetenv unsets, also what is not there" \
    'A=1 AB=2 $B --ro-bind / / --unsetenv A --unsetenv NO_SUCH sh -c "$shows"'
same_as_bwrap_sh "--clearenv unsets all" 'A=1 $B --ro-bind / / --clearenv /usr/bin/env'
same_as_bwrap_sh "they work in order" \
    '$B --ro-bind / / --setenv A 1 --clearenv --setenv B 2 --setenv B 3 --unsetenv B --setenv C 4 \
        /usr/bin/env'
# bwrap says "setenv failed".
t_run "$BWRAP_HUSK" --ro-bind / / --setenv A=B 1 true
t_is "$status $err" "1 bwrap: a variable's name cannot be empty or hold a =" "a name with ="
t_run "$BWRAP_HUSK" --ro-bind / / --unsetenv "" true
t_is "$status $err" "1 bwrap: a variable's name cannot be empty or hold a =" "an empty name"

same_as_bwrap_sh "COMMAND is looked up in the new PATH, inside" '
    mkdir there
    printf "#!/bin/sh\necho mine" > there/tool
    chmod +x there/tool
    $B --ro-bind / / --bind there /mnt --setenv PATH /mnt:/usr/bin tool'
same_as_bwrap_sh "not in the old one" '
    mkdir there
    cp /bin/true there/tool
    PATH=$W/there:$PATH $B --ro-bind / / --setenv PATH /usr/bin tool'
same_as_bwrap_sh "nor on the host" '
    mkdir there
    cp /bin/true there/tool
    PATH=$W/there:$PATH $B $SYS tool'
same_as_bwrap_sh "without PATH the system's folders are searched" \
    '$B --ro-bind / / --unsetenv PATH sh -c "echo run"'
same_as_bwrap_sh "an empty part of PATH is the current folder" '
    cp /bin/echo tool
    $B --ro-bind / / --setenv PATH :/no tool run'

t_done
