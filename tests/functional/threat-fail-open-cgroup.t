#!/usr/bin/env bash
# As threat-fail-open.t, for limits by cgroup: with an error from any call that makes them no command runs
# without them. In a delegated folder, where husk makes all of it itself.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
scopes_or_refused "--memory 100M --pids-limit 30"
t_need strace

cat > "$T/all" << 'END'
# husk HUSK T FOLDER
set -u
sandbox=("$HUSK" -p none --dev-bind / / --cgroup-parent "$D" --memory 100M --memory-swap 150M --pids-limit 30 --cpus 0.5)
report='cd "$D"/husk-*/ && echo ran $(cat memory.max memory.swap.max memory.oom.group pids.max cpu.max /proc/self/cgroup)'
export D
run()
{
    timeout -k 2 20 strace -f -b execve -o "$T/trace" "$@" "${sandbox[@]}" bash -c "$report" 2> "$T/err"
}
whole=$(run)
echo "whole: $whole"
cp "$T/trace" "$T/first"
# Each call that is made on a file of the cgroups, by its number among its kind in its process.
for call in openat mkdirat write fstatfs sendmsg recvmsg unshare fork clone clone3 getrandom read; do
    most=$(awk -v call="$call" '$2 ~ "^" call "\\(" { n = ++count[$1]; if (n > most) most = n } END { print most + 0 }' "$T/first")
    for ((n = 1; n <= most; n++)); do
        for error in EPERM ENOENT; do
            got=$(run -e "inject=$call:error=$error:when=$n")
            case $got in
            '' | "$whole") ;;
            *) echo "$call $n $error: $got" ;;
            esac
        done
        ls -d "$D"/husk-* 2> /dev/null && echo "left behind by $call $n"
    done
done
echo done
END
user=--user
[ "$(id -u)" != 0 ] || user=--system
T_TIMEOUT=110 t_run systemd-run "$user" --scope --quiet -p Delegate=yes env HUSK="$HUSK" T="$T" bash -c '
    D=/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)
    mkdir "$D/self" && echo $$ > "$D/self/cgroup.procs"
    . "$T/all"'
t_like "$(head -n 1 <<< "$out")" "^whole: ran 104857600 52428800 1 30 50000 100000 0::/$" "with all of its limits it runs"
t_is "$(sed 1d <<< "$out")" "done" "with an error in any call it has them all, or does not run"

t_done
