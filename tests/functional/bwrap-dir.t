#!/usr/bin/env bash
# As bwrap: --dir makes a folder, and leaves one that is there as it is.
. "${0%/*}/../lib.sh" || exit

for options in "--dir /x" "--perms 0700 --dir /x" "--perms 01777 --dir /x" "--perms 0 --dir /x" \
    "--dir /x --dir /x" "--perms 0700 --dir /x --perms 0755 --dir /x" "--dir /x/y --perms 0700 --dir /x" \
    "--dir x" "--dir /x/" "--dir /d --symlink d /x --dir /x" "--tmpfs /x --dir /x"; do
    export options
    same_as_bwrap_sh "[$options]" 'umask 077; $B $SYS $options stat -L -c "%a %F %u" /x'
done
same_as_bwrap_sh "one of the host's is left alone" \
    'mkdir -m 700 a; $B $SYS --bind a /x --perms 0755 --dir /x stat -c %a /x'
same_as_bwrap_sh "one is made on the host, in a writable bind" \
    'mkdir a; umask 077; $B $SYS --bind a /x --perms 0711 --dir /x/y true; stat -c "%a %u" a/y'
same_as_bwrap_sh "a file is in the way" \
    'echo > f; $B $SYS --ro-bind f /x --dir /x echo run 2> /dev/null'
same_as_bwrap_sh "in a read-only bind" 'mkdir a; $B $SYS --ro-bind a /x --dir /x/y echo run 2> /dev/null'

t_done
