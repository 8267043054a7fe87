#!/usr/bin/env bash
# What husk takes for a device or for procfs is one; what it covers it covers with files of its own
# (CVE-2025-31133, CVE-2025-52565 and CVE-2025-52881 of runc): on a host where others were put in their
# places, it fails before the command, and writes nowhere.
# vm: uml
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/victim" "$T/false/self" "$T/false/thread-self/attr" "$T/false/sys/user"
echo precious > "$T/victim/file"
for name in self/uid_map self/gid_map self/setgroups thread-self/attr/exec sys/user/max_user_namespaces \
    self/timens_offsets self/mountinfo; do
    echo untouched > "$T/false/$name"
done
export T HUSK
declare -f t_outer > "$T/outer"

# outer SCRIPT: it, by t_outer, for t_run.
outer()
{
    t_run bash -c '. "$0"; t_outer "$@"' "$T/outer" "$1"
}
dev='"$HUSK" -p none --unshare-user --unshare-pid --ro-bind / / --proc /proc --dev /dev'

outer "$dev sh -c 'echo x > /dev/null && cat /dev/null'"
t_is "$status/$out" 0/ "with devices as they should be, all is well"
for device in null zero full random urandom tty; do
    before=$(t_tree "$T/victim")
    outer "mount --bind '$T/victim/file' /dev/$device; $dev sh -c 'echo overwritten > /dev/$device; echo ran'"
    t_is "$status/$out" 125/ "a file in the place of /dev/$device is refused"
    t_like "$err" "/dev/$device is not the device it should be" "with the reason"
    t_is "$(t_tree "$T/victim")" "$before" "and not written to"
    other=/dev/zero
    [ $device != zero ] || other=/dev/null
    outer "mount --bind $other /dev/$device; $dev echo ran"
    t_is "$status/$out" 125/ "as is another device there"
done
outer 'mount --bind "$T/victim/file" /dev/null; echo overwritten > /dev/null'
t_is "$(< "$T/victim/file")" overwritten "(written to without husk, it would be)"

# A procfs that is none: every way to write to it.
before=$(t_tree "$T/false")
for how in "--unshare-user" "--unshare-user --disable-userns" "--unshare-user --dev /dev" "--unshare-user --map-root" \
    "--unshare-user --uid-map 0:0:1 --gid-map 0:0:1" "--unshare-user --uid-map 0:$(id -u):1 --gid-map 0:$(id -g):1" \
    "--unshare-user --unshare-time --boottime 5"; do
    outer "mount --rbind '$T/false' /proc; exec \"\$HUSK\" -p none --unshare-pid --ro-bind /usr /usr $how echo ran"
    t_is "$status/$out" 125/ "a false /proc is refused ($how)"
done
t_like "$err" 'husk: .*/proc' "with the reason"
t_is "$(t_tree "$T/false")" "$before" "and nothing was written there"
outer 'mount --bind "$T/false" /proc; echo 0 0 1 > /proc/self/uid_map'
t_is "$(< "$T/false/self/uid_map")" "0 0 1" "(who does not look writes there)"

# Masks lie on files of husk's own, which cannot be written, and which nobody else has. (Who is given
# CAP_SYS_ADMIN over the mounts can take them off: root is, without --cap-drop or --disable-userns.)
mkdir -p "$T/masked/folder"
echo secret | tee "$T/masked/folder/in" > "$T/masked/file"
mask=("$HUSK" -p none --unshare-user --unshare-pid --ro-bind / / --bind "$T" "$T" --proc /proc
    --cap-drop ALL --mask "$T/masked/file" --mask "$T/masked/folder")
cat > "$T/look" << 'END'
cd "$1"
cat file; ls -A folder
(echo x > file) && echo "file written"
chmod 777 file && echo "file changed"
touch folder/x && echo "folder written"
chmod 777 folder && echo "folder changed"
mv file x && echo "file moved"
mv folder x && echo "folder moved"
rm -f file && echo "file removed"
rmdir folder && echo "folder removed"
umount file folder && echo "unmounted"
[ "$(stat -c %d file)" != "$(stat -c %d .)" ] && [ "$(stat -c %d folder)" != "$(stat -c %d .)" ] && echo "own inodes"
END
before=$(t_tree "$T/masked")
for how in "" --map-root "--map-root --cap-add ALL --disable-userns"; do
    read -ra words <<< "$how"
    t_run "${mask[@]}" "${words[@]}" sh "$T/look" "$T/masked"
    t_is "$out" "own inodes" "masks hold, and are on files of their own${how:+ ($how)}"
done
t_is "$(t_tree "$T/masked")" "$before" "what is below is as it was"
t_run sh "$T/look" "$T/masked"
t_like "$out" 'secret.*file written.*folder written' "without husk, all of that works"

# procfs itself: what would change the machine is read-only, even for its root. To open it changes nothing, and
# tells more than to write: many take no word that is as good as any.
cat > "$T/open" << 'END'
for f in /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches /proc/sysrq-trigger \
    $(find /proc/irq /proc/bus /proc/acpi /proc/asound /proc/fs /proc/mtrr /proc/scsi -maxdepth 3 -type f 2> /dev/null | head -n 200); do
    if [ -e "$f" ] && { true >> "$f"; } 2> /dev/null; then echo "$f"; fi
done
END
for how in "--unshare-user" "--unshare-user --map-root" ""; do
    read -ra words <<< "$how"
    [ -n "$how" ] || [ "$(id -u)" = 0 ] || continue
    t_run "$HUSK" -p none --unshare-pid --ro-bind / / "${words[@]}" --proc /proc --dev /dev sh "$T/open"
    t_is "$status/$out$err" 0/ "nothing of /proc/sys, sysrq-trigger, irq, bus and the like can be written (${how:-as it is})"
done
if [ "$(id -u)" = 0 ]; then
    t_run sh "$T/open"
    # Not in a container whose own procfs is closed.
    [ ! -w /proc/sys/kernel/core_pattern ] ||
        t_like "$out" /proc/sys/kernel/core_pattern "(without husk root can)"
    t_run "$HUSK" -p none --ro-bind / / --unshare-pid --proc /proc sh -c 'echo x > /proc/sys/kernel/core_pattern'
    t_unlike "$status" '^0$' "not by root of the host either"
    t_like "$err" 'Read-only file system' "since it is mounted so"
else
    t_fail "nor without husk by this user" sh -c 'echo x > /proc/sys/kernel/core_pattern'
fi

# Nor does it tell the machine's root more than it tells others: what it says of the kernel's memory, its
# log and its keys is masked.
secrets="kmsg kpagecount kpageflags kpagecgroup slabinfo vmallocinfo pagetypeinfo timer_list kcore keys key-users config.gz"
export secrets
told='for f in $secrets; do
        [ ! -e /proc/$f ] || [ "$(timeout 20 head -c 1 /proc/$f 2> /dev/null | wc -c)" = 0 ] || echo $f; done'
masks='sed -n "s,.* /proc/\([a-z.-]*\) ro.* - tmpfs .*,\1,p" /proc/self/mountinfo'
# shellcheck disable=SC2206 # SYS is words
none=(-p none $SYS --dev-bind /dev /dev --unshare-pid --proc /proc)
if [ "$(id -u)" = 0 ]; then
    t_run sh -c "$told"
    t_like "$out" "(kmsg|slabinfo|keys|timer_list)" "root is told much by the host's procfs"
    t_run "$BWRAP_HUSK" "${none[@]:2}" sh -c "$told"
    t_like "$out" "(kmsg|slabinfo|keys|timer_list)" "and as bwrap by a new one"
    for how in "" "--unshare-user" "--unshare-user --map-root" "--unshare-user --uid 5 --gid 5" \
        "--unshare-user --disable-userns" "--unshare-user --uid-map 0:0:9 --gid-map 0:0:9" \
        "--unshare-user --uid-map 0:100000:9 --uid-map 9:0:1 --gid-map 0:100000:9 --gid-map 9:0:1 --uid 9 --gid 9"; do
        read -ra words <<< "$how"
        t_run "$HUSK" "${none[@]}" "${words[@]}" sh -c "$told"
        t_is "$status/$out" 0/ "by husk's it is not (${how:-without a user namespace})"
    done
    # shellcheck disable=SC2086 # SYS is words
    t_run "$HUSK" -p none $SYS --dev-bind /dev /dev --proc /proc sh -c "$told"
    t_is "$status/$out" 0/ "nor by the host's, shown with --proc"
    t_run "$HUSK" -e secrets sh -c "$told"
    t_is "$status/$out" 0/ "nor in profile default"
    t_run "$HUSK" "${none[@]}" --unshare-user --uid-map 0:100000:9 --gid-map 0:100000:9 --uid 5 --gid 5 sh -c "$masks"
    t_is "$status/$out" 0/ "who is not the machine's root pays for no masks"
fi
[ "$(id -u)" = 0 ] || for how in "" "--map-root" "--disable-userns"; do
    read -ra words <<< "$how"
    t_run "$HUSK" "${none[@]}" --unshare-user "${words[@]}" sh -c "$masks"
    t_is "$status/$out" 0/ "who is not the machine's root pays for no masks${how:+ ($how)}"
done
# Root of a container only, who is told no more than others.
# shellcheck disable=SC2086 # SYS is words
t_run unshare --user --map-root-user "$HUSK" -p none --unshare-user $SYS --proc /proc sh -c "$masks"
if [ "$(id -u)" = 0 ]; then
    t_unlike "$out" '^$' "the machine's root stays it in a user namespace"
else
    t_is "$status/$out" 0/ "nor who is root of a container only"
fi
t_done
