#!/usr/bin/env bash
# --cgroup-parent: limits without systemd, in a folder that was delegated.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"

refused "a folder of another kind" "is not a folder of cgroup v2" --cgroup-parent "$T" --memory 100M
refused "none" "No such file" --cgroup-parent "$T/none" --memory 100M
refused "a relative path" "an absolute path" --cgroup-parent cgroup
refused "systemd and not" "is not compatible with" --cgroup-parent "$T" --scope
can_scope || t_done

# delegated SCRIPT: runs it in a scope with every controller, where the folder is $D; it moves itself out of the way.
delegated()
{
    local user=--user
    [ "$(id -u)" != 0 ] || user=--system
    # In a slice of its own: whatever another test's scope beside it has, it may have, too.
    t_run systemd-run "$user" --scope --quiet --slice="husk-t-$$" -p "Delegate=${delegate:-yes}" bash -c '
        D=/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup); H=$0 T=$1
        mkdir "$D/self"
        [ "$2" = stay ] || echo $$ > "$D/self/cgroup.procs"
        '"$1" "$HUSK" "$T" "${2:-}"
}

delegated '"$H" --cgroup-parent "$D" --memory 100M --pids-limit 20 cat /proc/self/cgroup; ls "$D" | grep husk-'
t_is "$status:$out:$err" "1:0::/:" "it runs, and leaves nothing"
delegated '"$H" --cgroup-parent "$D" --memory 100M --pids-limit 20 sleep 1000 & husk=$!
    until grep -qs . "$D"/husk-*/root/cgroup.procs; do sleep 0.02; done
    cd "$D"/husk-*; grep . memory.max memory.swap.max pids.max; cd /
    kill -KILL $husk; wait $husk; while ls -d "$D"/husk-* > /dev/null 2>&1; do sleep 0.02; done; echo gone'
t_is "$out" "memory.max:104857600
memory.swap.max:0
pids.max:20
gone" "with its limits, and killed it leaves nothing"
delegated 'unset XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
    strace -f -o "$T/trace" -e trace=execve "$H" --cgroup-parent "$D" --memory 100M true; grep -c husk-scope "$T/trace"'
t_is "$out" 0 "nobody is asked"
delegated '"$H" --cgroup-parent "$D" --memory 20M sh -c "head -c 100M /dev/zero > /tmp/x"'
t_is "$status:$err" "137:husk: sh: killed: memory limit 20M reached (--memory 20M)" "the limit holds"

delegated '"$H" --cgroup-parent "$D" --memory 100M echo ran' stay
t_is "$status:$out" 125: "a folder with processes of its own"
t_like "$err" "hint: a cgroup with processes of its own" "with a hint"
# As most containers have it.
delegated 'unshare --user --map-root-user --mount sh -c "mount --bind $D $D && mount -o remount,bind,ro $D &&
    exec $H --cgroup-parent $D --memory 100M echo ran"'
t_is "$status:$out" 125: "a folder that is mounted read-only"
t_like "$err" "Read-only file system.husk: hint: cgroups are mounted read-only here" "with a hint"
delegate=pids delegated '"$H" --cgroup-parent "$D" --cpus 0.5 echo ran'
t_is "$status:$out" 125: "a controller that was not delegated"
t_like "$err" "the cgroup controller cpu is not (delegated to this user|there)" "is named"
if [ "$(id -u)" != 0 ]; then
    refused "a folder of root's" "Permission denied.husk: hint: a folder is wanted that belongs to this user" \
        --cgroup-parent /sys/fs/cgroup --memory 100M
    # A folder of this user's, but husk is elsewhere.
    t_run systemd-run --user --scope --quiet -p Delegate=yes --unit="husk-t-$$" sh -c 'mkdir "/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)/self"
        echo $$ > "/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)/self/cgroup.procs"; : > "$1/ready"; sleep 1000' sh "$T" &
    t_wait test -e "$T/ready"
    refused "husk outside of what was delegated" "moving the sandbox into its cgroup.*" \
        --cgroup-parent "/sys/fs/cgroup$(manager show -P ControlGroup "husk-t-$$.scope")" --memory 100M
    t_like "$err" "hint: husk itself must run in a cgroup that was delegated" "with a hint"
    manager stop "husk-t-$$.scope"
    wait
fi

t_done
