#!/usr/bin/env bash
# As bwrap: --bind-try and its like do nothing where there is no source, and fail as ever otherwise.
. "${0%/*}/../lib.sh" || exit

for option in --bind-try --ro-bind-try --dev-bind-try; do
    export option
    same_as_bwrap_sh "$option: a missing source" '$B $SYS $option no-such /x ls /x'
    same_as_bwrap_sh "$option: a missing folder above it" '$B $SYS $option no/such /x ls /x'
    same_as_bwrap_sh "$option: a dangling link" 'ln -s no-such link; $B $SYS $option link /x ls /x'
    same_as_bwrap_sh "$option: one that is there" 'echo 1 > file; $B $SYS $option file /x cat /x'
    same_as_bwrap_sh "$option: below a file" 'echo 1 > file; $B $SYS $option file/x /x echo run'
    same_as_bwrap_sh "$option: a loop of links" 'ln -s x x; $B $SYS $option x /x echo run'
    same_as_bwrap_sh "$option: in a folder that is closed, but this user's" '
        mkdir closed
        chmod 0 closed
        $B $SYS $option closed/x /x echo run
        echo $?
        chmod 755 closed'
done

t_done
