#!/usr/bin/env bash
# By default a command cannot write anywhere but to folders of its own: the system, the root, the current
# folder and the kernel's settings stay as they are.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh"

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

refused "the system" 'touch /usr/husk-test
touch /usr/lib/husk-test
rm /usr/bin/env
echo x > /bin/sh
mv /usr/share /usr/share2
mkdir /lib/husk-test
echo x >> /etc/passwd
echo x >> /etc/ld.so.cache
rm /etc/nsswitch.conf'
refused "the root" 'touch /husk-test
mkdir /husk-test
rmdir /run
mv /usr /usr2
chmod 777 /'
refused "the kernel" 'echo x > /proc/sys/kernel/core_pattern
echo husk-test > /proc/sys/kernel/hostname
echo 1 > /proc/sys/vm/drop_caches
echo h > /proc/sysrq-trigger
hostname husk-test
echo 0 > /proc/self/oom_score_adj; echo -1000 > /proc/self/oom_score_adj'
refused "mounts" 'mount -o remount,rw /usr
mount -o remount,rw,bind .
mount -t tmpfs none /tmp
mount --bind /tmp /usr
umount /tmp
unshare -m true
unshare -Ur true
chroot / true
mknod /tmp/null c 1 3'

# What it may write is gone afterwards.
t_ok "its own folders can be written" "$HUSK" sh -ec \
    'for d in "$HOME" /tmp /var/tmp /run /dev/shm; do echo x > "$d/husk-test"; done'
t_is "$(ls -A "$HOME")" "" "nothing of it is in HOME"
for folder in "$HOME" /tmp /var/tmp /run /dev/shm; do
    t_fail "nor in the next sandbox's $folder" "$HUSK" test -e "$folder/husk-test"
    t_fail "nor in the host's" test -e "$folder/husk-test"
done

t_done
