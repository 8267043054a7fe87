#!/usr/bin/env bash
# As bwrap: --dev: a minimal /dev with a devpts of its own.
. "${0%/*}/../lib.sh" || exit
t_need script

export list='cd /dev && find . ! -type d ! -path "./pts/[0-9]*" -printf "%y %m %p %l " -exec stat -c %t:%T {} \; | sort
    find . -type d -printf "%m %p %u\n" | sort'
for options in "" "--unshare-user --uid 0" "--unshare-user --uid 5" "--unshare-pid --proc /proc"; do
    export options
    same_as_bwrap_sh "[$options] what is in it" '$B --ro-bind / / $options --dev /dev sh -c "$list"'
    same_as_bwrap_sh "[$options] its mounts" \
        '$B --ro-bind / / --proc /proc $options --dev /dev cat /proc/self/mountinfo | t_mounts | grep ^/dev'
done
same_as_bwrap_sh "elsewhere" '$B --ro-bind / / --tmpfs /tmp --dev /tmp/1/2 sh -c "cd /tmp/1/2; ls; stat -c %a ."'
same_as_bwrap_sh "the devices work" '$B $SYS --dev /dev sh -c "
    head -c 3 /dev/zero | od -An -c; head -c 100 /dev/urandom | wc -c; echo x > /dev/null
    echo x > /dev/full; cat /dev/null | wc -c"'
same_as_bwrap_sh "the links work" '
    echo in | $B --ro-bind / / --dev /dev --proc /proc sh -c "cat /dev/stdin; echo out > /dev/stdout; ls /dev/fd | head -n 1"'
same_as_bwrap_sh "it can be written to" '$B $SYS --dev /dev sh -c "echo x > /dev/shm/x; ln -s null /dev/n; ls /dev/shm /dev/n"'
same_as_bwrap_sh "no console without a terminal" '$B $SYS --dev /dev ls /dev/console | cat'

# script(1) gives its command a terminal of its own.
same_as_bwrap_sh "new terminals are of the sandbox" \
    '$B --ro-bind / / --dev /dev --tmpfs /tmp script -qec "tty; ls /dev/pts" /dev/null < /dev/null | tr -d "\r"'
export terminal='script -qec "$words" /dev/null < /dev/null | tr -d "\r"'
same_as_bwrap_sh "the console, if stdout is a terminal" '
    export words="$B --ro-bind / / --dev /dev sh -c \"stat -c %t /dev/console; echo x > /dev/console; ls /dev/pts\""
    eval "$terminal"'
same_as_bwrap_sh "its mount" '
    export words="$B --ro-bind / / --dev /dev --proc /proc cat /proc/self/mountinfo"
    eval "$terminal" | t_mounts | grep ^/dev | sed "s,/[0-9]* rw,/N rw,"'
same_as_bwrap_sh "no console, if only stdin is one" '
    export words="$B --ro-bind / / --dev /dev ls /dev/console 2>&1 | cat"
    eval "$terminal"'

t_done
