#!/usr/bin/env bash
# Hundreds of sandboxes one after the other, of many kinds, also such that fail or are killed: nothing grows, no
# processes, open files, mounts, files, keyrings, entries of the cache, or namespaces. HUSK_SCALE=10000 makes so
# many.
# vm: none (hundreds of launches take too long there)
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
n=${HUSK_SCALE:-420}
T_TIMEOUT=$((n / 2 + 30))
mkdir -p "$T/work" "$T/home" "$T/cache" "$T/run" "$T/tmp"
cat > "$T/profile.json" << 'END'
{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["uname"], "action": "SCMP_ACT_ERRNO", "errno": "EIO"}]}
END

# A user namespace of the test's own, in which there can be fewer namespaces of each kind than are made: one
# that was not given back would be missing soon. And a pid namespace, in which every process is of these.
cat > "$T/limit.sh" << 'END'
for kind in user pid net mnt ipc uts cgroup; do
    echo "$limit" > /proc/sys/user/max_${kind}_namespaces || exit 99
done
END
cat > "$T/row.sh" << 'END'
cd "$T/work" || exit
export HOME=$T/home XDG_CACHE_HOME=$T/cache XDG_RUNTIME_DIR=$T/run TMPDIR=$T/tmp
unset XDG_CONFIG_HOME XDG_STATE_HOME
. "$T/limit.sh"
one()
{
    case $(($1 % 7)) in
    0) "$HUSK" true ;;
    1) "$HUSK" -p none $SYS --unshare-all --bind . /x --mask /x/absent/file --proc /proc --dev /dev true ;;
    2) "$BWRAP_HUSK" $SYS --unshare-all --tmpfs /tmp --dev /dev true ;;
    3) "$HUSK" --seccomp-profile "$T/profile.json" true ;;
    4) "$HUSK" --no-such-option true 2> /dev/null || "$HUSK" -r /absent/source true 2> /dev/null || true ;;
    5) "$HUSK" sh -c 'sleep 60 & kill -KILL $$' 2> /dev/null || true ;;
    6) "$HUSK" --seccomp-log -w . sh -c '(setsid sleep 60 &); exit 0' 2> /dev/null ;;
    esac
}
state()
{
    echo "files: $(find "$T" ! -path "$T/state*" ! -path "$T/.[!/]*" | sort | cksum)"
    echo "cache: $(find "$T/cache" -type f | wc -l)"
    echo "mounts: $(wc -l < /proc/self/mountinfo)"
    keys=$(sed -n "s|^ *$(id -u): *[0-9]* \([0-9]*\)/.*|\1|p" /proc/key-users) # other tests of this user's have some, too
    [ -e "$T/state.keys" ] || echo "$keys" > "$T/state.keys"
    echo "keys: $((keys < $(< "$T/state.keys") + n / 14 ? 0 : keys)) more"
    # By no other process, which would be one more, or not yet, and have a pipe.
    local all=(/proc/[0-9]*) fds=("/proc/$$/fd"/*)
    echo "processes: ${#all[@]}"
    echo "fds: ${fds[*]##*/}"
}
settle() # what was killed, and the guardians, may be about to end
{
    for i in $(seq 500); do
        set -- /proc/[0-9]*
        [ $# -gt 2 ] || break
        sleep 0.02
    done
}
for i in $(seq 14); do one "$i" || echo "number $i failed"; done
settle
state > "$T/state.before"
for i in $(seq "$n"); do one "$i" || echo "number $i failed"; done
settle
state > "$T/state.after"
END
export T n HUSK BWRAP_HUSK SYS
export limit=$((n < 600 ? n / 3 : 200))
t_run unshare --user --map-current-user --keep-caps --mount --pid --fork --kill-child --mount-proc \
    bash -c 'bash -u "$T/row.sh"; exit $?'
t_is "$status:$out$err" 0: "$n sandboxes in a row, with at most $limit namespaces of a kind"
t_is "$(< "$T/state.after")" "$(< "$T/state.before")" "after the last one all is as after the first ones"
t_diag "$(< "$T/state.after")"

# The limits are in force, and count what husk makes: of sandboxes that stay, there are soon too many.
export limit=12
cat > "$T/stay.sh" << 'END'
. "$T/limit.sh"
sleeping()
{
    [ "$(grep -lsx sleep /proc/[0-9]*/comm | wc -l)" = "$1" ]
}
for i in $(seq 20); do
    "$HUSK" -p none --unshare-user --ro-bind / / sleep 60 &
    until sleeping "$i" || ! kill -0 $! 2> /dev/null; do sleep 0.02; done
    kill -0 $! 2> /dev/null || break
done
echo $((i - 1)) stay
wait $!
exit $?
END
t_run unshare --user --map-current-user --keep-caps --mount --pid --fork --kill-child --mount-proc \
    bash -c 'bash -u "$T/stay.sh"; exit $?'
t_like "$status:$out:$err" '^125:([1-9]|1[0-9]) stay:husk: .*No space left on device' "with so few that many sandboxes are too many, one fails"
t_done
