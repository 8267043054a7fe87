#!/usr/bin/env bash
# By default a command sees no process of the host, and cannot signal or inspect one.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

cd "$T" || exit 1
word=12345.$$
sleep $word &
pid=$!
t_wait grep -qs sleep /proc/$pid/cmdline
# shellcheck disable=SC2206 # SYS is words
shared=(-p none --unshare-user $SYS --proc /proc --dev-bind /dev /dev)
list='cat /proc/[0-9]*/cmdline 2> /dev/null | tr "\0" " "'

t_run bash -c "$list"
t_like "$out" "sleep $word" "the process is there to be found"
t_run "$HUSK" sh -c "$list"
t_unlike "$out" "sleep $word" "not inside"
t_run "$HUSK" "${shared[@]}" sh -c "$list"
t_like "$out" "sleep $word" "where nothing was unshared, it is found"

t_run "$HUSK" sh -c 'echo /proc/[0-9]*; echo $$'
t_is "$out" $'/proc/1 /proc/2\n2' "inside are husk's init and the command"
t_run "$HUSK" sh -c 'kill -TERM $1' sh $pid
t_unlike "$status" '^0$' "a signal by number reaches nobody"
t_ok "it lives" kill -0 $pid
t_fail "no /proc folder, so nothing to inspect" "$HUSK" test -e "/proc/$pid"

# What little there is of husk itself inside is closed.
for try in "ls /proc/1/root/" "ls /proc/1/cwd/" "readlink /proc/1/exe" "cat /proc/1/fd/0" \
    "readlink /proc/1/fd/1" "cat /proc/1/environ" "cat /proc/1/maps" "cat /proc/1/mem" "cat /proc/1/stack" \
    "sh -c 'echo x > /proc/1/exe'" "ls /proc/1/map_files/" "cat /proc/1/syscall"; do
    t_fail "closed: $try" "$HUSK" sh -c "$try"
done
t_fail "pid 1 cannot be ended from inside" "$HUSK" sh -c '[ $$ = 2 ] || exit 9; kill -KILL 1; kill -TERM 1
    sleep 0.05; exit 3'
t_is "$status" 3 "the command goes on"

t_run "$HUSK" sh -c 'ls /dev/mqueue /proc/sysvipc 2> /dev/null; ipcs -m 2> /dev/null | grep -c "^0x"'
t_like "$out" '0$' "no shared memory of the host's"
t_ok "with the host's namespaces the same signal arrives" "$HUSK" "${shared[@]}" kill -TERM $pid
t_wait t_gone "$word"
t_is $? 0 "and ends it"

t_done
