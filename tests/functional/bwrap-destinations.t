#!/usr/bin/env bash
# As bwrap: where a destination is: in the new root, whatever its path says.
. "${0%/*}/../lib.sh" || exit

export made='mkdir a a/d; echo file > f; echo in a > a/f'
same_as_bwrap_sh "a relative one is from the new root" \
    'eval "$made"; $B $SYS --ro-bind a x/y --dir z --symlink t l --tmpfs ./t ls -d /x/y/f /z /l /t'
same_as_bwrap_sh "slashes and dots count for nothing" '
    eval "$made"
    $B $SYS --ro-bind a //x/.//y/ --dir /z/. --tmpfs /t// --ro-bind a /1/2/./. ls -d /x/y/f /z /t /1/2/f'
same_as_bwrap_sh ".. is the folder above" \
    'eval "$made"; $B $SYS --dir /a/b --ro-bind f /a/../x --ro-bind f /a/b/../../y cat /x /y'
same_as_bwrap_sh "what is there is used as it is" '
    mkdir -m 700 a a/b; echo > f; (umask 077; echo > a/f)
    $B $SYS --bind a /x --tmpfs /x/b --ro-bind f /x/f true; stat -c %a:%s:%n a a/b a/f'
same_as_bwrap_sh "one on another: the last is seen" \
    'eval "$made"; $B $SYS --ro-bind a /x --tmpfs /x --ro-bind f /x/g --ro-bind a /x ls /x'
same_as_bwrap_sh "one in another" \
    'eval "$made"; $B $SYS --ro-bind a /x --tmpfs /x/d --ro-bind f /x/d/g ls -R /x'
same_as_bwrap_sh "the root itself" 'eval "$made"; $B --bind / / --tmpfs /mnt --bind a /mnt ls /mnt'

same_as_bwrap_sh "a file on a folder" \
    'eval "$made"; $B $SYS --bind a /x --bind f /x/d echo run 2> /dev/null'
same_as_bwrap_sh "a folder on a file" \
    'eval "$made"; $B $SYS --bind f /x --bind a /x echo run 2> /dev/null'
same_as_bwrap_sh "below a file" 'eval "$made"; $B $SYS --bind f /x --bind a /x/y echo run 2> /dev/null'
same_as_bwrap_sh "where nothing can be made" \
    'eval "$made"; $B --ro-bind / / --bind a /no/such echo run 2> /dev/null'
t_run "$BWRAP_HUSK" --ro-bind / / --bind / /no/such true
t_like "$status $err" "^1 bwrap: Can't mkdir.* /no/such: Read-only file system$" "which is said"

# In bwrap it would land beside the new root, and be lost.
t_run "$BWRAP_HUSK" --ro-bind / / --tmpfs /mnt --ro-bind /etc /../../mnt/../../mnt/x ls -d /mnt/x
t_is "$status $out" "0 /mnt/x" ".. does not leave the new root"
t_run "$BWRAP_HUSK" --bind / '' true
t_is "$status $err" "1 bwrap: the path inside is empty" "an empty one is an error"

t_done
