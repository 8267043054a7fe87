#!/usr/bin/env bash
# As bwrap: what is made for a destination: its parents 0755, a folder 0755 or an empty file 0444 as
# its mount point, whatever the umask is; on the host, where its folder is a writable bind.
. "${0%/*}/../lib.sh" || exit

export modes='stat -c %a:%F:%s:%u:%g:%n'
for mask in 022 077 000; do
    export mask
    same_as_bwrap_sh "umask $mask: on the host" '
        mkdir a host
        echo > file
        umask $mask
        $B $SYS --bind host /h --ro-bind a /h/folder --ro-bind file /h/file --tmpfs /h/tmpfs \
            --ro-bind-data 3 /h/data --dir /h/dir --symlink target /h/link --file 4 /h/copy \
            --perms 0700 --dir /h/dir700 --perms 0640 --file 5 /h/copy640 true \
            3< /dev/null 4< /dev/null 5< /dev/null
        find host | sort | xargs $modes'
    # Debian's bwrap makes the parents of some 0700; the page says always 0755, as newer ones do.
    mkdir "$T/host"
    t_run bash -c 'umask $mask
        "$0" $SYS --bind "$1" /h --bind /etc /h/1/2/3 --bind /etc/passwd /h/4/5/6 --perms 0700 --dir /h/7/8 \
            --perms 0700 --tmpfs /h/9/a --symlink x /h/b/c --perms 0600 --file 3 /h/d/e --ro-bind-data 4 /h/f/g \
            true 3< /dev/null 4< /dev/null
        find "$1" -mindepth 1 -type d -printf "%m\n" | sort | uniq -c | xargs' "$BWRAP_HUSK" "$T/host"
    t_is "$status $out" "0 1 700 11 755" "umask $mask: parents, and a folder that was asked for"
    chmod -R u+rwx "$T/host"
    rm -r "$T/host"
done

same_as_bwrap_sh "in the new root" '
    mkdir a; echo > file; umask 077
    $B $SYS --ro-bind a /folder --ro-bind file /file --dir /1/2/3 --tmpfs /4/5 --symlink x /6 --file 3 /8/9 \
        $modes / /1 /1/2 /1/2/3 /4 /4/5 /6 /8 /8/9 3< /dev/null'
same_as_bwrap_sh "nothing is made on a read-only bind" '
    mkdir host
    $B $SYS --ro-bind host /h --ro-bind /etc /h/x echo run 2> /dev/null; echo $?; ls host'

t_done
