#!/usr/bin/env bash
# As bwrap: --perms and --size are for the next operation, which must take them.
. "${0%/*}/../lib.sh" || exit

for options in "--perms 0700" "--perms 0700 --chdir /" "--perms 0700 --symlink a /b" "--perms 0700 --bind / /x" \
    "--perms 0700 --proc /proc" "--perms 0700 --dev /dev" "--perms 0700 --mqueue /x" "--perms 0700 --remount-ro /" \
    "--perms 0700 --perms 0700 --dir /x" "--perms 0700 --chmod 0700 /x" "--perms 0700 --setenv A B" \
    "--perms 8 --dir /x" "--perms x --dir /x" "--perms 010000 --dir /x" \
    "--perms -1 --dir /x" "--size 1" "--size 1 --dir /x" "--size 1 --file 3 /x" "--size 1 --size 1 --tmpfs /x" \
    "--size 1 --chdir /" "--size 1 --perms 0700 --dir /x" "--size 1 --bind / /x"; do
    export options
    same_as_bwrap_sh "[$options] is an error" '$B $options --ro-bind / / echo run 3< /dev/null'
done
# Debian's bwrap takes an empty text for 0, and does not look at what -- leaves behind.
t_run "$BWRAP_HUSK" --ro-bind / / --perms 0700 -- true
t_is "$status $err" "1 bwrap: --perms must be followed by an option that creates a file" "-- is no operation"
t_run "$BWRAP_HUSK" --perms '' --dir /x --ro-bind / / true
t_is "$status $err" "1 bwrap: --perms takes an octal argument <= 07777" "--perms '' is an error"

same_as_bwrap_sh "only for the next one" \
    '$B $SYS --perms 0700 --dir /1 --dir /2 --perms 0711 --tmpfs /3 --tmpfs /4 stat -c %a /1 /2 /3 /4'

t_done
