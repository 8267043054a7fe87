#!/usr/bin/env bash
# As bwrap: nothing that is mounted inside comes to the host; what the host mounts later below a writable
# bind comes in. Below a read-only one it does not: it would be writable, which bwrap does not mind.
. "${0%/*}/../lib.sh" || exit
t_need unshare mount

# A host of our own, with shared mounts, and a sandbox that it talks to by two pipes.
cat > "$T/host" << 'END'
mount -t tmpfs -o mode=755 tmpfs "$W"
mount --make-shared "$W"
cd "$W"
mkdir inside later
mkfifo go done
"$B" --unshare-user --uid 0 --cap-add ALL --dev-bind / / $option "$W" "$W" sh -c '
    mount -t tmpfs tmpfs inside && echo mounted inside
    cat go > /dev/null &
    echo > done
    wait
    ls later' &
read -r _ < done
grep -c "$W/inside" /proc/self/mountinfo
mount -t tmpfs tmpfs later
touch later/new
echo > go
wait $!
END
unshare=(unshare --mount)
[ "$(id -u)" = 0 ] || unshare=(unshare --user --map-root-user --mount)
export host="${unshare[*]} bash $T/host"

for option in --bind --dev-bind; do
    export option
    same_as_bwrap_sh "$option" '$host'
done
mkdir "$T/w"
t_run env B="$BWRAP_HUSK" W="$T/w" option=--bind "${unshare[@]}" bash "$T/host"
t_is "$status $out" "0 mounted inside"$'\n0\nnew' "a writable bind sees what comes later"
t_run env B="$BWRAP_HUSK" W="$T/w" option=--ro-bind "${unshare[@]}" bash "$T/host"
t_is "$status $out" "0 mounted inside"$'\n0' "a read-only one does not"

t_done
