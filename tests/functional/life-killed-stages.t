#!/usr/bin/env bash
# The set-up is held at one stage after the other, and husk killed there: the child finds out and ends, the
# command does not run, and nothing is left. With --die-with-parent and without.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
t_need strace

word=stage-$$-$RANDOM
mkdir -p "$T/top"
before=$(t_host)

# Which process of the sandbox is held by strace's SIGSTOP, if any yet.
held()
{
    local pid
    for pid in $(t_processes "$word"); do
        [[ $(cat "/proc/$pid/stat" 2> /dev/null) != *") "[Tt]" "* ]] || return 0
    done
    return 1
}
each() # SIGNAL [REGEX]: to each process of the sandbox (with that in its status)
{
    local pid
    for pid in $(t_processes "$word"); do
        ! grep -qE "${2:-.}" "/proc/$pid/status" || kill "-$1" "$pid"
    done
}
back() # it is as it was; who was held at a later time goes on
{
    each CONT
    if [ -e "$T/top/ran" ]; then
        # Husk was killed when the command had started. Without a tie that is none of its business.
        [ -n "$tie" ] || each KILL '^NSpid:.*[0-9]\s+1$'
        rm -f "$T/top/ran"
    fi
    t_gone "$word" && [ "$(t_host)" = "$before" ]
}

# A call, and the how-manieth one of its kind in some process of husk.
stages=(
    "clone3 1" "setpgid 1" "recvmsg 1" "write 1" "open_tree 1" "mount_setattr 1" "fsopen 1" "fsmount 2" "mkdirat 1" "mkdirat 2"
    "flock 1" "move_mount 1" "move_mount 4" "sethostname 1" "ioctl 1" "pivot_root 1" "umount2 1" "unshare 1"
    "unlinkat 1" "fchdir 2" "capset 1" "prctl 3" "vfork 1" "sendmsg 1" "sendmsg 2" "execve 2" "signalfd4 1" "poll 1"
)
for tie in --die-with-parent ""; do
    reached=0
    for stage in "${stages[@]}"; do
        # The tracer is beside, so that $! is husk. The command's own calls are not traced.
        strace -D -f -qq -b execve -o /dev/null -e "trace=${stage% *}" -e "inject=${stage% *}:signal=STOP:when=${stage#* }" \
            "$HUSK" -p none --unshare-user --unshare-pid --unshare-net --unshare-uts --hostname x --disable-userns $tie \
            --bind / / --dev /dev --proc /proc --mask "$T/top/absent/deeper" --block-fd 9 \
            bash -c "echo ran >> $T/top/ran; exec -a $word sleep 1000" "$word" 9< /dev/null &
        husk=$!
        # Some stages are not reached: then the command is.
        for ((i = 0; i < 500; i++)); do
            ! held && [ ! -e "$T/top/ran" ] || break
            sleep 0.02
        done
        [ -e "$T/top/ran" ] || reached=$((reached + 1))
        kill -KILL $husk
        t_wait back
        t_is "$(t_processes "$word")$(diff <(t_host) <(echo "$before"))" "" "${tie:-no tie}: killed at ${stage}: nothing is left"
    done
    t_ok "most of them were reached: $reached" test $reached -gt 20
done 2> /dev/null
t_done
