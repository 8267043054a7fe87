#!/usr/bin/env bash
# As bwrap: --symlink TARGET DEST; it is fine if that very link stands there.
. "${0%/*}/../lib.sh" || exit

same_as_bwrap_sh "relative, absolute, dangling" \
    '$B $SYS --symlink usr /a --symlink /usr /b --symlink /no/such /c find /a /b /c -printf "%p %l\n"'
same_as_bwrap_sh "on the host, in a writable bind" \
    '$B $SYS --bind . /h --symlink some/thing /h/x true; readlink x'
same_as_bwrap_sh "in a read-only bind" '$B $SYS --ro-bind . /h --symlink a /h/x echo run 2> /dev/null'

# Since bwrap 0.9 the same link may stand there.
ln -s one "$T/link"
for options in "--symlink one /x" "--ro-bind $T /x" "--bind $T /x"; do
    [ "${options% *}" = "--symlink one" ] && dest=/x || dest=/x/link
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" $SYS $options --symlink one $dest readlink $dest
    t_is "$status $out" "0 one" "[$options] the same once more"
done

# "existing destination is" are the words that clients look for.
for options in "--symlink one /x" "--dir /x" "--file 3 /x"; do
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" $SYS $options --symlink two /x true 3< /dev/null
    t_like "$status $err" "^1 bwrap: Can't make symlink at /x: existing destination is " "[$options] is in the way"
done
same_as_bwrap_sh "which is an error for bwrap too" '$B $SYS --symlink one /x --symlink two /x echo run 2> /dev/null'
t_run "$BWRAP_HUSK" --symlink '' /x true
t_is "$status" 1 "a link to nothing cannot be"

t_done
