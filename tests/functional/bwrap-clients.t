#!/usr/bin/env bash
# As bwrap: command lines of the kinds that its users make: application runners, image loaders, game runtimes, web
# views, coding agents. The sandbox is the same one, and so is what is told about it.
. "${0%/*}/../lib.sh" || exit

# It shows what there is inside. Debian's bwrap makes some parents 0700, later ones and husk all 0755.
cat > "$T/show" << 'END'
echo "$0 $# $*"
id -u; id -g; pwd
env | grep -v -e ^_= -e ^SHLVL= | sort
grep -E '^(NoNewPrivs|Cap|Seccomp)' /proc/self/status
[ "$(stat -f -c %T /)" != tmpfs ] || find / -xdev -path /usr -prune -o -path /proc -prune -o -printf '%p %y %m %l\n' |
    sed 's/ d 7[05][05] / d /' | sort
[ ! -d /run/user/5 ] || stat -c %a /run/user/5
t_mounts < /proc/self/mountinfo
for f in /.flatpak-info /run/flatpak/conf /etc/passwd /etc/group /etc/ld.so.conf /data; do
    [ ! -f "$f" ] || { echo "== $f"; cat "$f"; }
done
touch /usr/x /etc/x /tmp/x /home/x 2>&1 | sed 's/.*touch/touch/'
exit 23
END
printf '\6\0\0\0\0\0\377\177' > "$T/allow" # BPF_RET | BPF_K, SECCOMP_RET_ALLOW
printf '[Application]\nname=org.example.App\n' > "$T/info"
printf 'user:x:%d:%d::/home:/bin/sh\n' "$(id -u)" "$(id -g)" > "$T/passwd"
mkdir -p "$T/app/bin" "$T/app/lib" "$T/home/.var" "$T/run" "$T/cache" "$T/work/.git" "$T/work/src"
echo app > "$T/app/bin/app"
echo image > "$T/image.png"
touch "$T/app/.ref" "$T/work/.git/config" "$T/work/.env"
export F=$T

# client NAME SCRIPT: SCRIPT fills words, and it opens the fds that they name; then bwrap runs with
# them by --args, with info and status fds, held back until its pid was read.
client()
{
    export client_words=$2
    # shellcheck disable=SC2016 # for the script
    same_as_bwrap_sh "$1" '
        mkfifo block info sync
        eval "$client_words"
        printf "%s\0" "${words[@]}" > args
        exec 20< args 21<> block 23> status 24<> sync
        env -i PATH=/usr/bin:/bin HOME=/home "$B" --args 20 --block-fd 21 --info-fd 22 --json-status-fd 23 --sync-fd 24 -- \
            bash -c "$(declare -f t_mounts; cat "$F/show")" one two three 22> info &
        pid=$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" < info)
        [ -d "/proc/$pid" ] && echo there is such a process
        echo >&21
        wait $!
        echo "status $?"
        sed -E "/child-pid/ s/[0-9]+/N/g" status'
    t_like "$(< "$T/.out.1")" $'^there is such a process\n.*\nstatus 23\n.*"exit-code": 23' "$1: it ran"
}
client "an application runner" '
    exec 11< "$F/info" 12< "$F/info" 13< "$F/passwd" 14< <(echo group) 15< "$F/allow" 16< <(echo more)
    words=(--ro-bind /usr /usr --lock-file /usr/bin/env --ro-bind "$F/app" /app --lock-file /app/.ref
        --tmpfs /tmp --dir /var/tmp --symlink /run /var/run --symlink usr/lib /lib --symlink usr/bin /bin --symlink usr/sbin /sbin
        --symlink usr/lib64 /lib64 --proc /proc --dev /dev --unshare-user --unshare-pid --unshare-ipc --unshare-net
        --ro-bind-data 13 /etc/passwd --ro-bind-data 14 /etc/group --perms 0700 --dir /run/user/5
        --file 11 /run/flatpak/conf --ro-bind-data 12 /.flatpak-info --symlink ../../../.flatpak-info /run/user/5/flatpak-info
        --bind "$F/home" /home --bind-try "$F/absent" /absent --ro-bind-try "$F/cache" /var/cache
        --perms 0644 --ro-bind-data 16 /run/more --remount-ro / --die-with-parent --seccomp 15
        --unsetenv LD_LIBRARY_PATH --setenv XDG_RUNTIME_DIR /run/user/5 --setenv PATH /app/bin:/usr/bin --setenv EMPTY ""
        --chdir /home)'

client "an image loader" '
    exec 11< "$F/allow"
    words=(--unshare-all --die-with-parent --chdir / --ro-bind /usr /usr --dev /dev --proc /proc
        --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache --ro-bind-try /nix/store /nix/store
        --tmpfs /tmp-home --tmpfs /tmp-run --clearenv --setenv HOME /tmp-home --setenv XDG_RUNTIME_DIR /tmp-run
        --setenv PATH /usr/bin
        --symlink /usr/lib /lib --symlink /usr/lib64 /lib64 --symlink /usr/bin /bin --ro-bind "$F/image.png" /data --seccomp 11)'

client "a thumbnailer" '
    exec 11< "$F/allow"
    words=(--ro-bind /usr /usr --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache --ro-bind-try /etc/alternatives /etc/alternatives
        --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin --symlink usr/sbin /sbin
        --proc /proc --dev /dev --chdir / --setenv GIO_USE_VFS local --unshare-all --die-with-parent --setenv HOME /nowhere
        --bind "$F/cache" /tmp --ro-bind "$F/image.png" /tmp/file-to-thumbnail.png --seccomp 11)'

client "a game runtime" '
    exec 11< "$F/passwd" 12< <(echo group) 13< <(echo /usr/lib/x)
    words=(--bind "$F/home" /home --tmpfs /run --dir /run/host --ro-bind /usr /usr --ro-bind /usr /run/host/usr
        --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin --symlink usr/sbin /sbin
        --symlink /run/host/usr/lib /overrides --dev-bind /dev /dev --proc /proc --tmpfs /dev/shm
        --bind-data 11 /etc/passwd --ro-bind-data 12 /etc/group --ro-bind-data 13 /etc/ld.so.conf
        --symlink ../run/host/etc /etc/host --tmpfs /tmp --bind "$F/run" /tmp/.X11-unix --dir /var/cache/ldconfig
        --unsetenv HOME --setenv STEAM_RUNTIME 1 --ro-bind "$F/app" /opt/game --perms 1777 --tmpfs /var/tmp --remount-ro /run)'

client "a web view" '
    exec 11< "$F/info" 12< "$F/allow" 9< "$F/image.png"
    words=(--die-with-parent --unshare-uts --unshare-pid --unshare-ipc --unshare-net --hostname view
        --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin --proc /proc --dev /dev
        --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache --ro-bind-data 11 /.flatpak-info --tmpfs /tmp --unsetenv TMPDIR
        --dir /run/user/5 --setenv XDG_RUNTIME_DIR /run/user/5 --bind-try "$F/cache" /var/cache/view --symlink /tmp /var/tmp
        --ro-bind "$F/image.png" /data --add-seccomp-fd 12)'

client "a coding agent" '
    words=(--new-session --die-with-parent --ro-bind / / --dev /dev --unshare-user --unshare-pid --unshare-net --unshare-ipc
        --proc /proc --tmpfs /tmp --tmpfs "$HOME" --tmpfs /mnt --bind "$F/work" /mnt --ro-bind "$F/work/.git" /mnt/.git
        --ro-bind /dev/null /mnt/.env --chdir /mnt --setenv HTTP_PROXY http://localhost:1 --setenv SANDBOX 1)'

client "another agent: the folder in its own place" '
    words=(--unshare-all --share-net --die-with-parent --ro-bind / / --dev /dev --proc /proc --tmpfs /run --tmpfs /var
        --bind "$F/work" "$F/work" --ro-bind "$F/work/.git" "$F/work/.git" --remount-ro /run --chdir "$F/work/src"
        --uid "$(id -u)" --gid "$(id -g)" --cap-drop ALL)'

client "two thousand options" '
    exec 11< "$F/allow"
    words=(--unshare-user --unshare-pid --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin
        --proc /proc --dev /dev --tmpfs /many --seccomp 11)
    for ((i = 0; i < 500; i++)); do
        words+=(--symlink "../usr/$i" "/links/$i" --dir "/many/$((i % 20))/$i" --setenv "V$i" "$i" --unsetenv "V$((i - 7))")
    done
    for ((i = 0; i < 40; i++)); do words+=(--ro-bind "$F/app" "/apps/$i" --bind "$F/work" "/apps/w$i"); done'

client "sixty files of data" '
    words=(--unshare-user --unshare-pid --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin
        --proc /proc --dev /dev)
    for ((i = 30; i < 90; i++)); do
        eval "exec $i<<< data-$i"
        words+=(--ro-bind-data $i "/data-$i")
    done
    words+=(--symlink data-77 /data)'

t_done
