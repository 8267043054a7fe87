#!/usr/bin/env bash
# As bwrap from 0.11 on: --ro-overlay DEST is a union of at least two --overlay-src, which nobody changes.
# vm: uml
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/one/deep" "$T/two/deep"
echo one > "$T/one/file"
echo one > "$T/one/deep/one"
echo two > "$T/two/two"
echo two > "$T/two/deep/two"
before=$(t_tree "$T/one" "$T/two")

# shellcheck disable=SC2086 # words without blanks
over=("$BWRAP_HUSK" $SYS --overlay-src "$T/one" --overlay-src "$T/two" --ro-overlay /mnt)

t_run "${over[@]}" sh -c 'cd /mnt; echo *; echo deep/*; cat file two deep/one'
t_is "$status $(echo $out)" "0 deep file two deep/one deep/two one two one" "it is both, folders merged"
for change in 'echo > new' 'echo >> file' 'rm file' 'mkdir dir' 'chmod 0777 deep' 'mv file other' 'echo > deep/x'; do
    t_run "${over[@]}" sh -c "cd /mnt; $change"
    t_like "$status $err" '^[12] .*Read-only file system' "no: $change"
done
t_run "${over[@]}" --proc /proc sh -c 'grep " /mnt overlay " /proc/self/mounts | cut -d" " -f4'
t_like "$out" '^ro,nosuid,nodev,' "it is read-only, nosuid and nodev"
t_is "$(t_tree "$T/one" "$T/two")" "$before" "the sources are what they were"
t_run "${over[@]}" --bind "$T/one" /mnt/deep sh -c 'echo x > /mnt/deep/new && ls /mnt/deep'
t_is "$status $(echo $out)" "0 deep file new" "a writable bind can be mounted on it"
t_run "${over[@]}" --tmpfs /mnt/absent true
t_is "$status" 1 "but no mount point can be made in it"

t_done
