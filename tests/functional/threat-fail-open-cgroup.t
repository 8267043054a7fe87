#!/usr/bin/env bash
# As threat-fail-open.t, for limits by cgroup: with an error from any call that makes them no command runs
# without them; nor with any write that is said to have been done, and was not. In a delegated folder, where husk makes
# all of it itself.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
scopes_or_refused "--memory 100M --pids-limit 30"
t_need strace

cat > "$T/all" << 'END'
# husk HUSK T FOLDER
set -u
sandbox=("$HUSK" -p none --ro-bind / / --cgroup-parent "$D" --memory 100M --memory-swap 150M --pids-limit 30 --cpus 0.5)
report='cd "$D"/husk-*/ && mapfile -t inside < root/cgroup.procs &&
    echo ran $(cat memory.max memory.swap.max memory.oom.group pids.max cpu.max /proc/self/cgroup) ${#inside[@]}'
export D
run()
{
    timeout -k 2 20 strace -f -b execve -o "$T/trace" "$@" "${sandbox[@]}" bash -c "$report" 2> "$T/err"
}
whole=$(run -y)
echo "whole: $whole"
# Of each process's calls of a kind, the numbers of those that have to do with cgroups, and all of those few that tell
# the others; by -y an fd is shown with its path.
awk '{ call = substr($2, 1, index($2, "(") - 1); n = ++count[$1, call] }
    /sys\/fs\/cgroup/ || call ~ /^(sendmsg|recvmsg|unshare|fork|clone|clone3|getrandom|mkdirat)$/ { print call, n }' "$T/trace" |
    grep -E '^(openat|mkdirat|write|read|fstatfs|sendmsg|recvmsg|unshare|fork|clone|clone3|getrandom) ' | sort -u > "$T/calls"
echo "calls: $(wc -l < "$T/calls")"
while read -r call n; do
    got=$(run -e "inject=$call:error=EPERM:when=$n")
    case $got in
    '' | "$whole") ;;
    *) echo "$call $n: $got" ;;
    esac
    ls -d "$D"/husk-* 2> /dev/null && echo "left behind by $call $n"
done < "$T/calls"
echo done
# What the launcher writes, one call at a time, is not written.
export INJECT_PAYLOAD=bash
inject()
{
    timeout -k 2 20 "$HELPERS/inject" -r "$T/report" "$@" "${sandbox[@]}" bash -c "$report" 2> "$T/err"
}
echo "whole: $(inject)"
grep '^call 0 1 ' "$T/report" > "$T/writes"
while read -r _ process call n result _; do
    got=$(inject -f "$process:$call:$n:-$result")
    status=$?
    grep -qx fault "$T/report" || echo "write $n was made"
    case $status:$got in
    125:) sed -n 's/^husk: .*: \([a-z.]* is .*, and not .* as it was set\|the sandbox is not in its cgroup\)$/\1/p' "$T/err" ;;
    "0:$whole") ;;
    *) echo "write $n: $status, $got" ;;
    esac
    ls -d "$D"/husk-* 2> /dev/null && echo "left behind by write $n"
done < "$T/writes"
END
user=--user
[ "$(id -u)" != 0 ] || user=--system
T_TIMEOUT=110 t_run systemd-run "$user" --scope --quiet -p Delegate=yes env HUSK="$HUSK" HELPERS="$HELPERS" T="$T" bash -c '
    D=/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)
    mkdir "$D/self" && echo $$ > "$D/self/cgroup.procs"
    . "$T/all"'
whole=$(head -n 1 <<< "$out")
t_like "$whole" "^whole: ran 104857600 52428800 1 30 50000 100000 0::/ 1$" "with all of its limits it runs"
t_is "$(($(sed -n 's/^calls: //p' <<< "$out") > 30))" 1 "there are calls to fail"
t_is "$(sed '1,2d; /^done$/q' <<< "$out")" "done" "with an error in any call it has them all, or does not run"
t_is "$(sed '1,/^done$/d' <<< "$out")" "$whole
memory.max is max, and not 104857600 as it was set
memory.oom.group is 0, and not 1 as it was set
memory.swap.max is max, and not 52428800 as it was set
cpu.max is max 100000, and not 50000 100000 as it was set
pids.max is max, and not 30 as it was set
the sandbox is not in its cgroup" "with any write that was not made it has them all, or does not run and says so"

t_done
