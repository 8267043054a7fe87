#!/usr/bin/env bash
# What is mounted on the host later, below a folder that is shown read-only, does not appear inside
# writable; and what is mounted inside does not appear on the host.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for another shell
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/host/plug" "$T/work"
cd "$T/work" || exit 1
mkfifo ready go

# The host is a mount namespace where all is shared, as systemd makes it. husk starts there; when
# the sandbox stands, a file system is mounted; then the command looks. A second fifo lets it wait
# for that.
host='mount --bind "$1/host" "$1/host"; mount --make-rshared /
    "${@:2}" & husk=$!
    read -r < ready
    mount -t tmpfs none "$1/host/plug"; echo plugged > "$1/host/plug/file"
    echo go > go; wait $husk'
look='cd "$1"; echo ready > "$2/ready"; read -r < "$2/go"
    cat plug/file 2> /dev/null || echo "not there"; (echo x > plug/new) 2> /dev/null && echo writable || echo read-only'

# later WANT NAME OPTIONS...: what the command at /m sees of the late mount.
later()
{
    (T_TIMEOUT=10 t_outer "$host" "$T" "$HUSK" "${@:3}" bash -c "$look" bash /m /fifos) > out 2> err < /dev/null
    t_is "$(paste -sd, out)$(cat err)" "$1" "$2"
}

# shellcheck disable=SC2206 # SYS is words
none=(-p none --unshare-user --unshare-pid $SYS --proc /proc --dev /dev --bind "$T/work" /fifos)
later "not there,read-only" "--ro-bind" "${none[@]}" --ro-bind "$T/host" /m
later "not there,read-only" "--ro-bind of a folder above" "${none[@]}" --ro-bind "$T" /top --symlink /top/host /m
later "not there,read-only" "in the default profile, -r" -r "$T/host" --symlink "$T/host" /m --bind "$T/work" /fifos
later "plugged,writable" "--bind: it appears, as it does for bwrap" "${none[@]}" --bind "$T/host" /m
later "not there,writable" "--ro-bind of the folder, its place writable" "${none[@]}" \
    --ro-bind "$T/host" /m --tmpfs /m/plug
if [ "$(id -u)" = 0 ]; then
    # shellcheck disable=SC2086 # SYS is words
    later "not there,read-only" "root without a user namespace" -p none $SYS --dev-bind /dev /dev \
        --bind "$T/work" /fifos --ro-bind "$T/host" /m
    # shellcheck disable=SC2086 # SYS is words
    later "plugged,writable" "the same with --bind" -p none $SYS --dev-bind /dev /dev --bind "$T/work" /fifos \
        --bind "$T/host" /m
fi

# The other way round: what husk and what the command mount.
back='mount --make-rshared /; mkdir -p "$1/host/sub"; cat /proc/self/mountinfo > "$1/before"; "${@:2}"
    diff "$1/before" /proc/self/mountinfo && echo "as it was"'
mount='mount -t tmpfs none /m/plug && echo inside > /m/plug/file && cat /m/plug/file'
for user in "--unshare-user --map-root" ""; do
    [ -n "$user" ] || [ "$(id -u)" = 0 ] || continue
    for program in "$HUSK -p none" "$BWRAP_HUSK"; do
        ids=$user
        [ "$program" != "$BWRAP_HUSK" ] || ids=${user/--map-root/--uid 0 --gid 0}
        say="$(basename "${program%% *}") ${ids:-without a user namespace}"
        # shellcheck disable=SC2086 # these are words
        (t_outer "$back" "$T" $program $ids --cap-add ALL $SYS --unshare-pid --proc /proc \
            --bind "$T/host" /m bash -c "$mount") > out 2>&1
        t_is "$(cat out)" $'inside\nas it was' "$say: what the command mounts stays inside"
        # shellcheck disable=SC2086 # these are words
        (t_outer "$back" "$T" $program $ids $SYS --dev-bind / /m --tmpfs "/m$T/host" --bind /usr "/m$T/host/usr" \
            --dev /m/dev --dir /m/tmp --tmpfs /m/tmp true) > out 2>&1
        t_is "$(cat out)" "as it was" "$say: what is mounted on binds too"
    done
    # shellcheck disable=SC2086 # these are words
    (t_outer "$back" "$T" "$HUSK" -p none $user $SYS --bind "$T/host" /m --mask /m/plug --mask /m/sub true) > out 2>&1
    t_is "$(cat out)" "as it was" "masks (${user:-without a user namespace})"
done

t_done
