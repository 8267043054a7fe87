#!/usr/bin/env bash
# A mount point that is missing in a folder of the host is not made silently: that is an error,
# which says what to do, and the host stays as it is.
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir -p "$HOME" "$T/dir/sub" "$T/other"
cd "$T/dir" || exit 1
echo x > file
exec 7< file
before=$(t_tree "$T/dir" "$T/other" "$HOME")
reason='[^ ]* does not exist, and would have to be made in a folder of the host'
hint='husk: hint: make it on the host first \(mkdir or touch\), or allow it with --host-mountpoints'

# refused OPTIONS...
refused()
{
    t_run "$HUSK" "$@" touch ran
    t_is "$status" 125 "${*//$T/...}"
    t_like "$err" "^husk: $reason \(.*\)
$hint\$" "the reason and what to do"
}

refused -w . --tmpfs "$T/dir/new"
refused -w . --tmpfs "$T/dir/new/deep/er"
refused -w . --tmpfs "$T/dir/sub/../new"
refused -w . --bind "$T/other" "$T/dir/new"
refused -w . --ro-bind "$T/dir/file" "$T/dir/new"
refused -w . --dev "$T/dir/new"
refused -w . --proc "$T/dir/new"
refused -w . --unshare-ipc --mqueue "$T/dir/new"
refused -w . --ro-bind-data 7 "$T/dir/new"
refused -w . --overlay-src "$T/other" --tmp-overlay "$T/dir/new"
refused -r . --tmpfs "$T/dir/new"
refused --tmpfs /usr/husk-test-new
refused -w . --bind "$T/other" "$T/dir/new" --mask "$T/dir/file"
t_is "$(t_tree "$T/dir" "$T/other" "$HOME")" "$before" "the host is as it was"

# What is there is mounted on, and what is the sandbox's own gets its mount points.
t_ok "a mount point that is there" "$HUSK" -w . --tmpfs "$T/dir/sub" touch sub/x
t_ok "one in a tmpfs of the sandbox" "$HUSK" --tmpfs /tmp/new/deep touch /tmp/new/deep/x
t_ok "one in the root" "$HUSK" --tmpfs /new/deep touch /new/deep/x
t_ok "one above the current folder" "$HUSK" -w . --bind "$T/other" "$T/new" true
t_is "$(t_tree "$T/dir" "$T/other" "$HOME")" "$before" "the host is still as it was"

# Done as the hint says.
t_ok "--host-mountpoints" "$HUSK" -w . --host-mountpoints --tmpfs "$T/dir/new/deep" --bind "$T/dir/file" \
    "$T/dir/new-file" touch new/deep/x
t_is "$(find new new-file -printf '%p %y %m\n')" "new d 755
new/deep d 755
new-file f 444" "makes them, and they stay"

t_done
