#!/usr/bin/env bash
# As bwrap: a sandbox in a sandbox works, as browsers and image loaders need it, whichever is the outer one.
. "${0%/*}/../lib.sh" || exit
[ -n "$BWRAP" ] || t_skip_all "there is no bwrap to compare with"

# shellcheck disable=SC2016 # for the inner shell
export shows='id -u; id -g; grep -E "^(NoNewPrivs|Cap|Seccomp:)" /proc/self/status; ls /mnt
    touch /mnt/x; echo $?; xargs < /proc/self/uid_map; echo $PWD $A; t_mounts < /proc/self/mountinfo'
export shown="--ro-bind / / --dev /dev --proc /proc --tmpfs /mnt"

# both NAME OUTER INNER: bwrap in husk, husk in bwrap, and husk in husk: all are as bwrap in bwrap.
both()
{
    local pair
    export outer=$2 inner=$3 bwrap=$BWRAP husk=$BWRAP_HUSK
    for pair in '$bwrap $B' '$B $bwrap' '$B $B'; do
        same_as_bwrap_sh "$1: $pair" "set -- $pair"'
            "$1" $outer "$2" $inner bash -c "$shows"; echo $?'
    done
}
both "all of the host outside" "--dev-bind / /" "--unshare-user --unshare-pid $shown --chdir /usr --setenv A in"
both "user namespaces" "--unshare-user $shown" "--unshare-user $shown --chdir /usr --setenv A in"
both "a pid namespace outside" "--unshare-pid --bind / / --dev /dev --proc /proc" "--unshare-user $shown"
both "a pid namespace inside, the procfs of the host" "--unshare-user --dev-bind / /" "--unshare-pid $shown"
both "all namespaces outside" "--unshare-all $shown" "--unshare-user --unshare-net --unshare-ipc --unshare-uts $shown"
both "tied and in a session" "--unshare-all --die-with-parent --new-session $shown" \
    "--unshare-user --die-with-parent --new-session $shown"
both "other ids outside" "--unshare-user --uid 5 --gid 6 $shown" "--unshare-user $shown"
both "other ids inside" "--unshare-user $shown" "--unshare-user --uid 5 --gid 6 $shown"
both "root outside" "--unshare-user --uid 0 --gid 0 $shown" "--unshare-user --uid 5 --gid 6 $shown"
both "root inside" "--unshare-user $shown" "--unshare-user --uid 0 --gid 0 $shown"
binary=$(readlink -f "$HUSK")
both "only the programs outside" "--unshare-all $SYS --proc /proc --dev /dev --dir /mnt --ro-bind $T $T --ro-bind $binary $binary" \
    "--unshare-user --bind / / --tmpfs /mnt"

# Root's sandbox has covers on its procfs, and then the kernel allows no other below it.
# shellcheck disable=SC2016 # for the inner shell
shows='id -u; echo $$; xargs < /proc/self/uid_map; grep -c . /proc/1/comm'
shown="--unshare-pid $shown"
for pair in '$bwrap $B' '$B $bwrap' '$B $B'; do
    same_as_bwrap_sh "a new procfs in each: $pair" "set -- $pair"'
        "$1" --unshare-user $shown "$2" --unshare-user $shown bash -c "$shows" 2> /dev/null; echo $?'
    [ "$(id -u)" = 0 ] || t_like "$(< "$T/.out.1")" $'\n0$' "a new procfs in each: $pair: it ran"
done

o="--unshare-user --ro-bind / / --dev /dev --proc /proc"
export o
same_as_bwrap_sh "five levels" \
    '$B $o $B $o $B $o $B $o $B $o sh -c "grep -c . /proc/self/uid_map; exit 9"; echo $?'
same_as_bwrap_sh "the status comes through" '$B --unshare-pid $o $B $o sh -c "exit 42"'
same_as_bwrap_sh "a signal's, too" '$B --unshare-pid $o $B $o sh -c "kill -TERM \$\$"'
same_as_bwrap_sh "not if the outer one has --disable-userns" \
    '$B --disable-userns $o $B $o echo run 2> /dev/null'
same_as_bwrap_sh "what the outer one has read-only stays so" \
    '$B $o $B --unshare-user --bind / / touch "$W/made" 2> /dev/null; echo $?; ls'
same_as_bwrap_sh "and cannot be made writable by a remount" '
    [ "$(id -u)" = 0 ] || options="--uid 0 --gid 0"
    $B $o $B --unshare-user $options --cap-add ALL --bind / / mount -o remount,bind,rw / 2> /dev/null; echo $?'
same_as_bwrap_sh "what the outer one has hidden, the inner one cannot show" '
    echo secret > secret
    $B $o --tmpfs "$W" $B --unshare-user --bind / / ls "$W"; echo $?'
same_as_bwrap_sh "nor uncover" '
    echo secret > secret
    $B $o --tmpfs "$W" $B --unshare-user --uid 0 --gid 0 --cap-add ALL --bind / / sh -c "umount \"$W\"; ls \"$W\"" 2> /dev/null'
same_as_bwrap_sh "the inner one has a loopback of its own" '
    $B --unshare-net $o $B --unshare-net $o --dev-bind /sys /sys sh -c "cut -d: -f1 /proc/net/dev | tail -n +3"'
same_as_bwrap_sh "fds come through" 'echo data > f; $B $o $B $o sh -c "cat <&3" 3< f'
same_as_bwrap_sh "a seccomp filter of each" '
    printf "\6\0\0\0\0\0\377\177" > allow
    $B --seccomp 3 $o $B --seccomp 4 $o grep Seccomp_filters /proc/self/status 3< allow 4< allow'

t_done
