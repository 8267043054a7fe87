#!/usr/bin/env bash
# What is not asked for costs nothing: a launch makes two processes and starts no program but the command, and its only
# sockets are the gate and the one that brings up the loopback. Each option that needs more is seen to make it.
# vm: none (strace)
. "${0%/*}/../lib.sh" || exit
t_need strace
PATH=/usr/bin:/bin
cd "$T" || exit 1

# made ARG...: what a launch with them makes, sorted and counted. What the command is called is not always to be read:
# it is executed by a process that nobody may look into. fork(2) of glibc is a clone.
made()
{
    strace -f -qq -e signal=none -o "$T/trace" \
        -e trace=clone,clone3,fork,vfork,execve,socket,socketpair,seccomp,timer_create,memfd_create,inotify_init1 \
        "$HUSK" "$@" /usr/bin/true > /dev/null 2> "$T/err" || cat "$T/err"
    sed -E 's/^[0-9]+ +//; /resumed>/d; s/^clone\(child_stack=NULL, flags=CLONE_CHILD_CLEARTID.*/fork/; s/^execve\(0x.*/execve true/; s/^execve\("[^"]*\/([^"]*)".*/execve \1/; s/[(]AF_[A-Z0-9]*, .*NETLINK_([A-Z]*).*/ \1/
        s/[(](AF_[A-Z0-9]*|CLOCK_MONOTONIC|SECCOMP_SET_MODE_FILTER).*/ \1/; s/[(].*//' "$T/trace" | sort | uniq -c |
        sed 's/^ *//'
}

plain='1 clone3
1 execve husk
1 execve true
1 socket AF_INET
1 socketpair AF_UNIX
1 vfork'
t_is "$(made)" "$plain" "profile default"
t_is "$(made -p build)" "$plain" "profile build"
# shellcheck disable=SC2206 # SYS is words
system=($SYS)
t_is "$(made -p none --unshare-all "${system[@]}")" "$plain" "as bwrap has it"
t_is "$(made -p none --unshare-all --unshare-user "${system[@]}" --dev /dev --proc /proc --tmpfs /tmp --rlimit core=0 \
    --close-fds --die-with-parent --landlock all --deny-syscall ptrace)" "$plain" "with this and that"
t_is "$(made -n host)" "$(grep -v AF_INET <<< "$plain")" "with the host's network not even that socket"

# more NAME REGEX ARG...: those make more, REGEX among it.
more()
{
    local name=$1 regex=$2
    shift 2
    t_like "$(made "$@")" "$regex" "$name"
}
more "--seccomp-log: a supervisor, a thread and a listener" '1 clone.1 clone3.*1 fork.*2 seccomp .*2 socketpair' --seccomp-log
# Four wakes of husk for each of the two steps, and what kills it at last.
more "--timeout: clocks" '9 timer_create' --timeout 9
more "--mask of what is not there: a guardian" '1 fork.*2 socketpair' -w . --mask ./absent
printf '{"defaultAction": "SCMP_ACT_ALLOW"}' > policy.json
XDG_CACHE_HOME=$T more "a policy from a file: husk-seccomp" 'execve husk-seccomp' --seccomp-profile ./policy.json
t_done
