#!/usr/bin/env bash
# As bwrap: file system operations are done strictly in the order in which they are given.
. "${0%/*}/../lib.sh" || exit

for options in "--tmpfs /x --dir /x/a --tmpfs /x --dir /x/b" "--dir /x/a --tmpfs /x" "--tmpfs /x --dir /x/a --remount-ro /x" \
    "--tmpfs /x --ro-bind /etc /x/a --tmpfs /x/a --dir /x/a/b" "--symlink /y /x --dir /y/a" "--dir /y/a --symlink y /x" \
    "--dir /x --chmod 0500 /x --chmod 0711 /x" "--perms 0700 --dir /x --perms 0711 --dir /x" \
    "--file 3 /x --file 4 /x" "--ro-bind /etc /x --ro-bind-data 3 /x/passwd" "--tmpfs /x --file 3 /x/a --ro-bind /usr /x" \
    "--ro-bind /usr /x --tmpfs /x/share --ro-bind /usr/share /x/share --tmpfs /x/share/doc"; do
    export options
    same_as_bwrap_sh "[$options]" '
        $B $SYS $options sh -c "stat -c %a:%F:%s /x | sed \"s/directory:.*/directory/\"; ls /x | head -n 20; head -c 20 /x" \
            3<<< three 4<<< four 2> /dev/null'
done
# The other way round these cannot be.
for options in "--chmod 0700 /x --dir /x" "--remount-ro /x --tmpfs /x" "--tmpfs /x --remount-ro /x --dir /x/a" \
    "--ro-bind /etc /x --dir /x/no-such" "--symlink a /x --symlink b /x" "--file 3 /x --dir /x" "--dir /x --file 3 /x" \
    "--dir /x --ro-bind-data 3 /x" "--file 3 /x --tmpfs /x" "--remount-ro / --dir /x"; do
    export options
    same_as_bwrap_sh "[$options] fails" '$B $SYS $options echo run 3<<< three 2> /dev/null'
done
same_as_bwrap_sh "--args counts where it stands" '
    printf "%s\0" --tmpfs /x --dir /x/args > words
    $B $SYS --tmpfs /x --dir /x/before --args 3 --dir /x/after ls /x 3< words'

t_done
