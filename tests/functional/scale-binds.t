#!/usr/bin/env bash
# 10,000 binds, folders and links in one sandbox: all are there, and what husk keeps in memory for them
# grows with their number and not with its square.
# vm: none (the kernel there is slow at mounting, and it is husk's own memory that is looked at)
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
n=10000 memory=$(t_memory 131072)
T_TIMEOUT=100
mkdir "$T/source" "$T/work"
echo in > "$T/source/file"
cd "$T/work" || exit
[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -gt $((n + 100)) ] ||
    t_skip_all "the hard limit of open files is $(ulimit -Hn), and each bind takes one for a moment"
[ "$(cat /proc/sys/fs/mount-max)" -gt $((2 * n)) ] || t_skip_all "fs.mount-max is $(cat /proc/sys/fs/mount-max)"

# options WORDS: for each number, which stands in the place of each &, as --args takes them.
options()
{
    seq 0 $((n - 1)) | sed "s|.*|$1|" | tr ' \n' '\0\0'
}

# many NAME WANT OPTIONS SCRIPT: with them, and 128 MiB for husk's memory and the command's, SCRIPT prints WANT.
many()
{
    options "$3" > "$T/args"
    # shellcheck disable=SC2086 # SYS is words
    t_run bash -c 'ulimit -Sn 1024 && ulimit -v "$0" && args=$1 && shift && exec "$@" 9< "$args"' "$memory" "$T/args" \
        "$HUSK" --args 9 --proc /proc -- sh -c "$4"
    t_is "$status:$out" "0:$2" "$1"
}
count='grep -c "^[^ ]* [^ ]* [^ ]* [^ ]* /many/" /proc/self/mountinfo'
source=$T/source

many "10,000 read-only binds" "in in $n" "--ro-bind $source /many/&" \
    "cat /many/0/file /many/$((n - 1))/file | xargs -I{} printf '{} '; $count"
n=4000 # the kernel takes its time for these
many "4000 writable binds" "in $n" "--bind $source /many/&" "cat /many/$((n - 1))/file | xargs -I{} printf '{} '; $count"
many "4000 tmpfs, each made read-only" "$n ro" "--tmpfs /many/& --remount-ro /many/&" \
    "$count | xargs -I{} printf '{} '; touch /many/7/x 2>&- && echo rw || echo ro"
n=10000
many "10,000 folders" $n "--dir /many/&" 'ls /many | wc -l'
many "10,000 links" "$n 0" "--symlink & /many/&" 'echo "$(ls /many | wc -l) $(readlink /many/0)"'
many "10,000 sources that are not there" "no" "--ro-bind-try $T/absent/& /many/&" 'test -e /many && echo yes || echo no'
many "10,000 lines of /etc/hosts" "$n" "--add-host h&:10.1.2.3" 'grep -c "^10.1.2.3 h" /etc/hosts'
many "10,000 variables" "$n" "--setenv V& x" 'env | grep -c "^V[0-9]*=x$"'

# ---- the same as bwrap, and what is said about them
for i in $(seq 0 2499); do printf '%s\0' --ro-bind "$source" "/many/$i"; done > "$T/args"
for which in ${BWRAP:+"$BWRAP"} "$BWRAP_HUSK"; do
    # shellcheck disable=SC2086 # SYS is words
    t_run "$which" --args 9 $SYS --proc /proc -- sh -c "$count" 9< "$T/args"
    t_is "$status:$out" 0:2500 "2500 binds by ${which##*/}'s command line"
done
options "--ro-bind $source /many/&" > "$T/args"
for format in text json; do
    (
        ulimit -v "$memory"
        exec "$HUSK" --args 9 --dry-run=$format true 9< "$T/args"
    ) > "$T/shown"
    t_is "$?:$(($(grep -c "/many/$((n - 1))\b" "$T/shown") >= 2))" 0:1 "--dry-run=$format shows the mount and what it reaches"
done

# ---- more than there can be
{
    cat "$T/args"
    printf '%s\0' --ro-bind "$source" /many/more
} > "$T/more"
t_run bash -c 'ulimit -n 2000; exec "$1" --args 9 true 9< "$2"' bash "$HUSK" "$T/more"
t_like "$status:$err" "^125:husk: .*--ro-bind $source /many/19[0-9]*\): Too many open files"$'\n'"husk: hint: " \
    "with fewer files than that nothing is run, and it is said why"
t_done
