#!/usr/bin/env bash
# Root's scopes are those of the system's manager; the limits are the same.
# vm: only uml
. "${0%/*}/../lib.sh" || exit
t_only_in_vm

husk=(sudo -n env -u XDG_RUNTIME_DIR -u DBUS_SESSION_BUS_ADDRESS HOME=/root "$HUSK")
unit=husk-t-$$-root.scope
"${husk[@]}" --scope="$unit" --memory 64M --pids-limit 30 --argv0 "husk-t-$$" sleep 1000 &
folder=/sys/fs/cgroup/husk.slice/$unit
t_wait grep -q . "$folder/sandbox/root/cgroup.procs"
t_is "$(systemctl show -P ActiveState "$unit"):$(systemctl show -P Slice "$unit")" active:husk.slice "it is in the system's husk.slice"
t_is "$(cat "$folder"/sandbox/{memory.max,memory.swap.max,pids.max})" $'67108864\n0\n30' "with its limits"
sudo -n kill -KILL "$(pgrep -o -x -f "$HUSK --scope=$unit .*")"
wait 2> /dev/null
gone()
{
    [ ! -e "$folder" ]
}
t_wait gone
t_is "$(systemctl show -P LoadState "$unit"):$(t_processes "husk-t-$$")" "not-found:" "when husk is killed nothing is left"
t_run "${husk[@]}" --memory 20M sh -c 'head -c 100M /dev/zero > /tmp/x'
t_is "$status:$err" "137:husk: sh: killed: memory limit 20M reached (--memory 20M)" "who takes more is killed, and husk says so"
t_run "${husk[@]}" --memory 64M cat /proc/self/cgroup
t_is "$status:$out:$err" "0:0::/:" "and who does not is not"
t_done
