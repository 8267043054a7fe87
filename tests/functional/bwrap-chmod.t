#!/usr/bin/env bash
# As bwrap: --chmod OCTAL PATH changes what is there.
. "${0%/*}/../lib.sh" || exit

for mode in 0 7 0700 1777 07777 00000644; do
    export mode
    same_as_bwrap_sh "$mode" 'umask 077; $B $SYS --dir /x --chmod $mode /x stat -c %a /x'
done
same_as_bwrap_sh "a file" '$B $SYS --file 3 /x --chmod 0400 /x stat -c %a /x 3< /dev/null'
same_as_bwrap_sh "a link's target" \
    '$B $SYS --dir /d --symlink d /x --chmod 0700 /x stat -c %a /d'
same_as_bwrap_sh "the root" '$B $SYS --chmod 0711 / stat -c %a /'
same_as_bwrap_sh "on the host" 'mkdir a; $B $SYS --bind a /x --chmod 0711 /x true; stat -c %a a'
same_as_bwrap_sh "relative" '$B $SYS --dir /x --chmod 0700 x stat -c %a /x'
same_as_bwrap_sh "in order" '$B $SYS --dir /x --chmod 0700 /x --chmod 0711 /x stat -c %a /x'
same_as_bwrap_sh "what is not there" '$B $SYS --chmod 0700 /x echo run 2> /dev/null'
same_as_bwrap_sh "on a read-only bind" '$B $SYS --chmod 0700 /usr echo run 2> /dev/null'
for mode in 8 x -1 010000 "" 0x7 7o; do
    same_as_bwrap "[$mode] is an error" --dir /x --chmod "$mode" /x true
done

t_done
