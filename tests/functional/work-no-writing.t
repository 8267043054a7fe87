#!/usr/bin/env bash
# By default a command cannot write anywhere but to folders of its own: the system, the root, the
# current folder and the kernel's settings stay as they are.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir -p "$HOME" "$T/work/folder"
cd "$T/work" || exit 1
echo "as it was" > file
before=$(t_tree "$T/work")

# refused NAME SCRIPT: nothing of what it tries, each in a line, works.
refused()
{
    while IFS= read -r line; do
        t_run "$HUSK" sh -c "$line"
        t_is "$status:${err:+said}" "${status/#0/not 0}:said" "$1: $line"
    done <<< "$2"
}

refused "the current folder" 'echo x > file
echo x >> folder/new
rm file
mv file other
chmod 777 file
touch -d 2001-01-01 file
ln -s x link
mkfifo pipe
mkdir new'
t_is "$(t_tree "$T/work")" "$before" "the current folder is as it was"
t_ok "where -w shows it, the same works" "$HUSK" -w . sh -ec \
    'echo x >> folder/new; chmod 777 file; mv file other; ln -s x link; mkfifo pipe; mkdir new'
t_unlike "$(t_tree "$T/work")" "^$before\$" "and is seen outside"

# What follows is such that it would do no harm if it were let through: root runs this, too.
refused "the system" 'touch /usr/husk-test
touch /usr/lib/husk-test
: >> /usr/bin/env
: >> /bin/sh
chmod --reference=/usr/bin /usr/bin
touch /usr
ln /usr/bin/env /usr/bin/husk-test
mkdir /lib/husk-test
: >> /etc/passwd
: >> /etc/ld.so.cache
touch /etc/nsswitch.conf'
refused "the root" 'touch /husk-test
mkdir /husk-test
touch /
chmod --reference=/ /'
refused "the kernel" ': >> /proc/sys/kernel/core_pattern
: >> /proc/sys/kernel/hostname
: >> /proc/sys/vm/drop_caches
: >> /proc/sysrq-trigger
hostname "$(uname -n)"
echo -1 > /proc/self/oom_score_adj'
refused "mounts" 'mount -o remount,rw /usr
mount -o remount,rw,bind .
mount -t tmpfs none "$HOME"
mount --bind . "$HOME"
umount "$HOME"
unshare -m true
unshare -Ur true
chroot / true
mknod "$HOME/null" c 1 3'

# What it may write is gone afterwards.
name=husk-test.$$
t_ok "its own folders can be written" "$HUSK" sh -ec \
    'for d in "$HOME" /tmp /var/tmp /run /dev/shm; do echo x > "$d/$0"; done' "$name"
t_is "$(ls -A "$HOME")" "" "nothing of it is in HOME"
for folder in "$HOME" /tmp /var/tmp /run /dev/shm; do
    t_fail "nor in the next sandbox's $folder" "$HUSK" test -e "$folder/$name"
    t_fail "nor in the host's" test -e "$folder/$name"
done

t_done
