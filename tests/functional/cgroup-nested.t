#!/usr/bin/env bash
# --cgroup-fs: inside there is a cgroup tree to write to, in which a husk in husk limits its own, and from which
# nothing leads to the limits of what is around it.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
scopes_or_refused "--cgroup-fs" "--cgroup-fs --memory 200M"

t_run "$HUSK" --cgroup-fs --pids-limit 100 sh -c 'cat /proc/self/cgroup; stat -fc %T /sys/fs/cgroup
    mkdir /sys/fs/cgroup/x && echo 10 > /sys/fs/cgroup/x/pids.max && cat /sys/fs/cgroup/x/pids.max'
t_is "$status:$out:$err" "0:0::/init
cgroup2fs
10:" "a folder of cgroups that can be written"
t_run "$HUSK" --scope sh -c 'ls -A /sys/fs/cgroup 2> /dev/null'
t_is "$out" "" "without it there is none"
# Each takes memory of the kernel's that no limit of the sandbox counts, and husk removes them.
t_run "$HUSK" --cgroup-fs bash -c 'cd /sys/fs/cgroup && mkdir wide && mkdir wide/{1..1100} 2> /dev/null
    find . -type d | wc -l; rmdir wide/*; n=0
    while [ $n -lt 50 ] && mkdir deep 2> /dev/null && cd deep; do n=$((n + 1)); done; echo $n'
t_is "$status:$out" $'0:1000\n31' "a thousand inside, and thirty deep, are enough"

# The inner husk needs namespaces, so no policy that forbids them; all else is as it was.
outer=(-p none --unshare-pid --bind / / --proc /proc --memory 300M --pids-limit 200 --cgroup-fs)
inner="$HUSK -p none --unshare-pid --bind / / --proc /proc --cgroup-parent /sys/fs/cgroup"
# Written by the program itself, as in limits-memory.t.
cat > "$T/eat.py" << 'END'
have = []
while len(have) < 200:
    have.append(b"x" * (1 << 20))
print("ate")
END
t_run "$HUSK" "${outer[@]}" sh -c "$inner --memory 50M python3 $T/eat.py; echo inner \$?; ls /sys/fs/cgroup | grep husk-"
t_is "$status:$out" "1:inner 137" "the inner one is killed at its limit, and the outer one is not"
t_like "$err" "husk: python3: killed: memory limit 50M reached \(--memory 50M\)" "as the inner husk says"
t_like "$err" "husk: sh: [0-9]+ of its processes killed for want of memory, by another limit than its own" "and the outer one"
t_run "$HUSK" "${outer[@]}" sh -c "$inner --memory 250M python3 $T/eat.py"
t_is "$status:$out:$err" 0:ate: "what is allowed by both works"
t_run "$HUSK" "${outer[@]}" sh -c "$inner --pids-limit 10 --cgroup-fs sh -c '$inner --pids-limit 5 cat /proc/self/cgroup'"
t_is "$status:$out:$err" 0:0::/: "three deep"

# The limits are out of reach: what can be mounted begins below them, also for who makes namespaces of his own.
find_limits='for f in $(find /sys/fs/cgroup/ -name memory.max); do
    [ "$(cat $f)" = max ] || { echo "a limit: $f"; echo max > $f && echo "taken away"; }; done; echo looked'
t_run "$HUSK" "${outer[@]}" sh -c "$find_limits"
t_is "$out" looked "no limit is in sight"
t_run "$HUSK" -p none --bind / / --memory 300M unshare --user --map-root-user --mount --cgroup sh -c "
    mount -t cgroup2 none /sys/fs/cgroup && $find_limits"
t_is "$out" looked "nor for who mounts what he can"
# And by the host's own tree, the way is closed by the namespace.
t_run "$HUSK" "${outer[@]}" sh -c 'echo $$ > /sys/fs/cgroup/../cgroup.procs; cat /proc/self/cgroup'
t_like "$out" "^0::/init" "there is no way up"
refused "ids that are not this user's" "the command is not this user outside" -p none --ro-bind / / --proc /proc \
    --unshare-user --uid-map 0:100000:10 --gid-map 0:100000:10 --cgroup-fs

t_done
