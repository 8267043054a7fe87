#!/usr/bin/env bash
# As bwrap: the root is an empty tmpfs that can be written to, and nothing of the set-up is to be seen.
. "${0%/*}/../lib.sh" || exit

same_as_bwrap_sh "what is in it" '$B $SYS ls -A /'
same_as_bwrap_sh "it is this user's, and writable" '$B $SYS sh -c "stat -c %u:%g:%F /; echo > /new; ls /new"'
same_as_bwrap_sh "--remount-ro / makes it read-only" '$B $SYS --remount-ro / sh -c "echo > /new" 2> /dev/null'
same_as_bwrap_sh "another root" 'mkdir r; $B --bind r / $SYS sh -c "echo > /new"; ls r'
same_as_bwrap_sh "a tmpfs as root" '$B --perms 0711 --tmpfs / $SYS stat -c %a /'
same_as_bwrap_sh "the whole table" '
    $B $SYS --proc /proc --dev /dev --tmpfs /tmp --ro-bind-data 3 /x cat /proc/self/mountinfo 3< /dev/null | t_mounts'
same_as_bwrap_sh "it is the root of all" '$B $SYS sh -c "cd /; cd ..; pwd -P; ls -A ../.."'

# The host's tree is gone, not only out of sight: nothing in the table leads to it.
t_run "$BWRAP_HUSK" --unshare-user --uid 0 --cap-add ALL --tmpfs / --ro-bind /usr /usr --ro-bind /etc /etc \
    --proc /proc $SYS sh -c 'umount -l /usr 2> /dev/null; umount -l / 2> /dev/null
        ls -A / | xargs; cut -d" " -f 5 /proc/self/mountinfo | sort -u | grep -v -e ^/proc -e "^/[a-z0-9]*$"'
t_unlike "$out" "(root|home|work|oldroot|newroot)" "the host's root cannot be uncovered"
t_run "$BWRAP_HUSK" --ro-bind / / --proc /proc --dev /dev sh -c 'ls -l /proc/self/fd/ /proc/self/cwd /proc/self/root'
t_unlike "$out" "(newroot|oldroot|deleted|scratch)" "no fd of the set-up is left"
t_run "$BWRAP_HUSK" --unshare-all --ro-bind / / --proc /proc sh -c 'ls -l /proc/1/fd /proc/1/cwd /proc/1/root 2>&1; cat /proc/1/mountinfo'
t_unlike "$out" "(newroot|oldroot|scratch)" "nor in pid 1"

t_done
