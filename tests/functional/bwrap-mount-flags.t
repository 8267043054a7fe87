#!/usr/bin/env bash
# As bwrap: binds are recursive and nosuid, nodev but for --dev-bind; ro covers submounts; what flags
# there were stay.
. "${0%/*}/../lib.sh" || exit
t_need unshare mount

# In a mount namespace with something to bind; as root also for a user, in a user namespace then. Each
# line of stdin is the end of a command line. $more are more flags of one.
cat > "$T/host" << 'END'
mount -t tmpfs -o mode=755 tmpfs "$W"
cd "$W"
mkdir plain noexec ro
touch plain/file
mount -t tmpfs -o noexec,mode=755$more tmpfs noexec
mount -t tmpfs -o mode=755 tmpfs ro
mkdir ro/below ro/below/deep
mount -t tmpfs -o nosuid,noatime tmpfs ro/below
mount -o remount,bind,ro ro
while read -r words; do
    echo "$words:"
    "$B" --ro-bind / / --tmpfs /mnt --proc /proc $words cat /proc/self/mountinfo | t_mounts | grep '^/mnt'
done
END
unshare=(unshare --mount)
[ "$(id -u)" = 0 ] || unshare=(unshare --user --map-root-user --mount)
export more=
export host="${unshare[*]} bash $T/host"

for option in --bind --ro-bind --dev-bind --bind-try --ro-bind-try --dev-bind-try; do
    export option
    same_as_bwrap_sh "$option" \
        '$host < <(printf -- "$option %s /mnt/x\n" plain plain/file noexec ro ro/below .)'
done
same_as_bwrap_sh "one in another keeps its own" \
    '$host <<< "--ro-bind . /mnt/x --bind plain /mnt/x/plain --dev-bind noexec /mnt/x/ro/below"'
same_as_bwrap_sh "--remount-ro is for one mount" \
    '$host <<< "--bind . /mnt/x --remount-ro /mnt/x --remount-ro /mnt/x/noexec"'

# What is compared is what should be.
mkdir "$T/w"
t_run env B="$BWRAP_HUSK" W="$T/w" "${unshare[@]}" bash "$T/host" <<< "--ro-bind ro /mnt/x"
t_like "$out" "/mnt/x tmpfs tmpfs - ro,nosuid,nodev,relatime .*/mnt/x/below tmpfs tmpfs - ro,nosuid,nodev,noatime " \
    "the flags are shown"

# Debian's bwrap loses this one.
t_run env B="$BWRAP_HUSK" W="$T/w" more=,nosymfollow "${unshare[@]}" \
    bash "$T/host" <<< "--bind noexec /mnt/x"
t_like "$out" "/mnt/x tmpfs tmpfs - rw,nosuid,nodev,noexec,relatime,nosymfollow " "nosymfollow too"

t_done
