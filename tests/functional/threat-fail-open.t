#!/usr/bin/env bash
# Whatever goes wrong, no command runs with less protection than was asked for: it does not run, or it
# finds the sandbox whole. First by mistakes in words, then with an error from each system call in turn.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit

# ---- words ---------------------------------------------------------------------------------------

export HOME=$T/home XDG_RUNTIME_DIR=$T/run
mkdir -p "$T/p" "$T/home" "$T/run"
# refused NAME OPTIONS...: husk says why, and the command does not run.
refused()
{
    local name=$1
    shift
    t_run "$HUSK" "$@" touch "$T/ran"
    t_is "$status/$(ls "$T/ran" 2> /dev/null)" 125/ "$name is refused"
    t_like "$err" '^husk: ' "with a reason"
    rm -f "$T/ran"
}
t_ok "a command can run" "$HUSK" -p none --bind / / touch "$T/ran"
t_ok "and is seen to" rm "$T/ran"
all=(-p none --bind / /)
refused "an unknown option" "${all[@]}" --unshare-everything
refused "an abbreviation" "${all[@]}" --unshare-us
refused "an empty value behind =" "${all[@]}" --uid=
refused "another letter case" "${all[@]}" --Unshare-user
refused "an unknown profile" -p absent
refused "an unknown capability" "${all[@]}" --cap-drop CAP_EVERYTHING
refused "an unknown network" "${all[@]}" --net partly
refused "an unknown mode of the current folder" "${all[@]}" --cwd maybe
refused "permissions that are none" "${all[@]}" --perms 8 --tmpfs /tmp
refused "a modifier of nothing" "${all[@]}" --perms 0700
refused "a modifier of something else" "${all[@]}" --size 10 --dir /tmp/x
refused "an fd that is not open" "${all[@]}" --seccomp 77
refused "a filter that is cut" "${all[@]}" --seccomp 0
refused "a source that is missing" "${all[@]}" --ro-bind /absent /tmp
refused "what needs another option" "${all[@]}" --hostname x
n=0
while IFS= read -r line; do
    n=$((n + 1))
    printf 'bind / /\n%s\n' "$line" > "$T/p/$n"
    refused "the profile line: $line" -p "$T/p/$n"
done << 'END'
unknown-word
--unshare-user
unshare-user yes
ro-bind /
ro-bind / / /
ro-bind / "/
setenv A ${UNSET_VARIABLE}
setenv A ${ENV:UNSET_VARIABLE}
setenv A ${
include absent
uid x
if ${HOME}
END
printf 'bind / /\0mask /etc\n' > "$T/p/nul"
refused "a profile with a NUL" -p "$T/p/nul"
mkfifo "$T/p/fifo"
refused "a profile that is a folder" -p "$T/p"

# ---- system calls --------------------------------------------------------------------------------

t_need strace
mkdir -p "$T/masked" "$T/hidden"
echo secret > "$T/hidden/file"
for ns in /proc/self/ns/*; do
    echo "${ns##*/} $(readlink "$ns")"
done > "$T/namespaces"

# What the command finds: all that protects, with nothing in it that differs from run to run.
cat > "$T/report" << 'END'
grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|SigBlk|SigIgn|NSpid|NSsid)' /proc/self/status
cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups
cut -d' ' -f4- /proc/self/mountinfo
ls "$T/masked" "$T/hidden" /tmp
for ns in /proc/self/ns/[!t]*; do
    [ "$(readlink "$ns")" = "$(sed -n "s/^${ns##*/} //p" "$T/namespaces")" ] && echo "the host's ${ns##*/}"
done
"$HELPERS/fds"
env | grep -v '^PWD='
hostname; umask; ulimit -n
unshare -U true && echo "user namespaces are possible"
(: > "$T/namespaces") && echo "the host can be written"
ls -l --time-style=+ /dev
exit 0
END
export T HELPERS
sandbox=("$HUSK" -p none --unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup --unshare-net --disable-userns --cap-drop ALL
    --close-fds --die-with-parent --new-session --hostname inside --ro-mirror /usr --ro-mirror /bin --ro-mirror /lib --ro-mirror /lib64 --tmpfs /tmp --ro-bind "$T" "$T"
    --ro-bind "$HELPERS" "$HELPERS" --mask "$T/masked" --mask "$T/hidden/file" --dev /dev --proc /proc --dir /tmp/d --symlink to /tmp/l
    --file 8 /tmp/f --chmod 0600 /tmp/f --ro-bind-data 9 /tmp/b --remount-ro /tmp --clearenv --setenv PATH "$PATH" --setenv T "$T"
    --setenv HELPERS "$HELPERS" bash "$T/report")

# traced STRACE-OPTIONS...: the sandbox, with the calls of husk alone being traced, to $T/trace. It is
# detached from what husk executes.
traced()
{
    t_run strace -f -b execve -o "$T/trace" "$@" "${sandbox[@]}" 8< "$T/namespaces" 9< "$T/namespaces"
}
traced
whole=$out
t_like "$whole" 'NoNewPrivs:	1.*inside' "there is a sandbox to be broken"
t_unlike "$whole" "secret|the host|are possible" "and it is whole"
t_is "$status/$("${sandbox[@]}" 8< "$T/namespaces" 9< "$T/namespaces" 2> /dev/null)" "0/$whole" "each time"

# Each call that husk makes, with how often its busiest process makes it.
awk '$2 ~ /^[a-z0-9_]+\(/ { sub(/\(.*/, "", $2); n = ++count[$1, $2]; if (n > most[$2]) most[$2] = n }
    # Not those of the start of any program, nor those that cannot fail.
    END { for (call in most)
        if (call !~ /^(arch_prctl|brk|execve|exit.*|getrandom|madvise|mprotect|rseq|set_.*|umask)$/)
            print call, most[call] }' "$T/trace" | sort > "$T/calls"
t_ok "$(wc -l < "$T/calls") different calls are made" test "$(wc -l < "$T/calls")" -gt 30

# Is what t_run printed another report? Where husk cannot tell whether a folder on the way to a mask needs
# it, it is bound on itself: one more read-only mount is no less protection.
differs()
{
    [ -n "$(comm -23 <(sort <<< "$whole") <(sort <<< "$out"))" ] ||
        comm -13 <(sort <<< "$whole") <(sort <<< "$out") | grep -qvE '^(/\S+) \1 ro,'
}

# attempt CALL WHEN ERRNO: makes that call fail. Prints what is wrong with what came of it, if anything.
attempt()
{
    T_TIMEOUT=60 traced -e trace="$1" -e inject="$1:error=$3:when=$2"
    if [ "$status" = 124 ] || [ "$status" = 137 ]; then
        echo "$1 number $2 ($3): it hangs"
    elif [ -z "$out" ]; then
        [ "$status" != 0 ] || t_runtime_gave_up || echo "$1 number $2 ($3): nothing ran, with status 0"
    elif [ "$status" = 125 ] && [[ $whole = "$out"* ]]; then
        : # it had begun when husk, unable to watch it, ended it
    elif differs; then
        echo "$1 number $2 ($3): the sandbox is not whole"
        diff <(echo "$whole") <(echo "$out")
    fi
    # What makes the sandbox: here there is no other way that would be as good.
    if [ -n "$out" ] && [[ $strict = *" $1 "* ]] && grep -q INJECTED "$T/trace"; then
        echo "$1 number $2 ($3): it ran all the same"
    fi
}
strict=" clone3 unshare setns open_tree fsopen fsconfig fsmount mount_setattr move_mount pivot_root umount2 sethostname
    capget capset setresuid setresgid setgroups setsid seccomp fchmodat symlinkat "

# The first and the last one of each; all of them with HUSK_TEST_ALL=1. With ENOSYS always, as
# a container's filter does it.
: > "$T/wrong"
while read -r call most; do
    if [ "${HUSK_TEST_ALL:-}" = 1 ]; then
        mapfile -t numbers < <(seq "$most")
    else
        mapfile -t numbers < <(printf '%s\n' 1 "$most" | sort -nu)
    fi
    for number in "${numbers[@]}"; do
        attempt "$call" "$number" EPERM
    done
    case $call in
    close | openat | read | write | fcntl | newfstatat) ;;
    *) attempt "$call" 1+ ENOSYS ;;
    esac
done < "$T/calls" > "$T/wrong"
t_is "$(< "$T/wrong")" "" "with an error from any of them"
t_wait t_gone "$T/report"
t_is "$(t_processes "$T/report")" "" "no process is left"
t_done
