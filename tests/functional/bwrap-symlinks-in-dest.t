#!/usr/bin/env bash
# As bwrap: links on the way to a destination are followed, and never out of the new root.
. "${0%/*}/../lib.sh" || exit

export made='mkdir a; echo data > a/f'
same_as_bwrap_sh "a relative link" \
    'eval "$made"; $B $SYS --dir /run --dir /var --symlink ../run /var/run --ro-bind a /var/run/x ls /run/x'
same_as_bwrap_sh "a link in a bind" \
    'eval "$made"; mkdir h; ln -s d h/l; mkdir h/d; $B $SYS --bind h /h --dir /h/l/new true; ls h/d'
same_as_bwrap_sh "the destination itself is one" \
    'eval "$made"; $B $SYS --dir /d --symlink d /l --ro-bind a /l ls /d'
same_as_bwrap_sh "two of them, with .." \
    'eval "$made"; $B $SYS --dir /1/2 --symlink 1/2 /l --symlink ../1/2/../../1 /1/m --ro-bind a /l/../m/x ls /1/x'

# An absolute link is one of the new root. Debian's bwrap follows it before there is one, and fails.
mkdir "$T/a" "$T/host"
echo data > "$T/a/f"
# shellcheck disable=SC2086 # words
inside()
{
    t_run "$BWRAP_HUSK" $SYS "$@"
}
inside --dir /run --symlink /run /var/run --ro-bind "$T/a" /var/run/x ls /run/x
t_is "$status $out" "0 f" "an absolute link: a bind"
inside --dir /run --symlink /run /var/run --tmpfs /var/run/t --dir /var/run/d ls /run
t_is "$status $out" "0 d"$'\n'"t" "a tmpfs and a folder"
inside --dir /run --symlink /run /var/run --file 3 /var/run/f --symlink x /var/run/l ls /run 3< "$T/a/f"
t_is "$status $out" "0 f"$'\n'"l" "a file and a link"
inside --dir /run --symlink /run /var/run --chmod 0700 /var/run stat -c %a /run
t_is "$status $out" "0 700" "chmod"
inside --symlink "$T/host" /l --bind "$T/host" /h --dir /l/evil --ro-bind "$T/a" /l/evil2 \
    ls "$T/host" 2> /dev/null
t_is "$status $(ls "$T/host")" "1 " "one that names a folder of the host stays inside"
inside --dir "$T/host" --symlink "$T/host" /l --dir /l/evil ls "$T/host"
t_is "$status $out $(ls "$T/host")" "0 evil " "also where there is a folder of that name inside"
inside --symlink /no/such /l --dir /l/d true
t_is "$status" 1 "a dangling link is not made to lead somewhere"
inside --symlink l /l --dir /l/d true
t_is "$status" 1 "nor is a loop"

t_done
