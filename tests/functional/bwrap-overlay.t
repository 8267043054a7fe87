#!/usr/bin/env bash
# As bwrap: --overlay-src, --overlay, --tmp-overlay and --ro-overlay. (Debian's bwrap 0.8 has them not.)
. "${0%/*}/../lib.sh"

cd "$T" || exit 1
odd="odd,name:with\\all"
mkdir low high up work "$odd"
echo low > low/a
echo low > low/b
echo high > high/b
echo high > high/c
echo odd > "$odd/a"

# over OPTION...: with two layers.
over()
{
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" $SYS --overlay-src low --overlay-src high "$@"
}
over --ro-overlay /x grep '' /x/a /x/b /x/c
t_is "$status $out" "0 /x/a:low"$'\n/x/b:high\n/x/c:high' "--ro-overlay: the last layer is on top"
over --ro-overlay /x touch /x/a
t_is "$status" 1 "it is read-only"
over --tmp-overlay /x sh -c 'echo new > /x/a; rm /x/c; cat /x/*'
t_is "$status $out" "0 new"$'\nhigh' "--tmp-overlay: changes are seen"
t_is "$(cat low/* high/*)" $'low\nlow\nhigh\nhigh' "and thrown away"
over --overlay up work /x sh -c 'echo new > /x/a; rm /x/c; echo up > /x/d; cat /x/*'
t_is "$status $out" "0 new"$'\nhigh\nup' "--overlay: changes are seen"
t_is "$(cd up && ls)" $'a\nc\nd' "they are in RWSRC"
t_is "$(cat low/* high/*)" $'low\nlow\nhigh\nhigh' "and only there"
over --overlay up work /x sh -c 'cat /x/*'
t_is "$status $out" "0 new"$'\nhigh\nup' "and there the next time"

# shellcheck disable=SC2086 # words
{
    t_run "$BWRAP_HUSK" $SYS --overlay-src low --tmp-overlay /x cat /x/a
    t_is "$status $out" "0 low" "one layer"
    t_run "$BWRAP_HUSK" $SYS --overlay-src low --overlay-src "$odd" --ro-overlay /x cat /x/a
    t_is "$status $out" "0 odd" "a name with , : and \\"
    t_run "$BWRAP_HUSK" $SYS --overlay-src /usr --tmp-overlay /usr sh -c 'echo > /usr/new; ls /usr/new'
    t_is "$status $out" "0 /usr/new" "on what it is made of"
    t_run "$BWRAP_HUSK" $SYS --proc /proc --overlay-src low --tmp-overlay /x --overlay-src low \
        --tmp-overlay /y sh -c 'echo 1 > /x/n; ls /y; grep -c nosuid,nodev.*overlay /proc/self/mountinfo'
    t_is "$status $out" "0 a"$'\nb\n2' "two of them have nothing to do with each other"
    t_run "$BWRAP_HUSK" $SYS --overlay-src low --tmp-overlay /1/2 stat -c %a /1
    t_is "$status $out" "0 755" "its folder is made"
    t_run "$BWRAP_HUSK" $SYS --proc /proc --overlay-src low --tmp-overlay /x ls -A / /proc/self/fd
    t_unlike "$out" "up|work|scratch" "nothing of how it is made can be seen"
}

# refused WHY OPTION...: with nothing made.
refused()
{
    local why=$1
    shift
    t_run "$BWRAP_HUSK" --ro-bind / / "$@" true
    t_is "$status $err" "1 bwrap: $why" "$*: an error"
}
next="--overlay-src must be followed by another --overlay-src or one of --overlay, --tmp-overlay, or --ro-overlay"
refused "$next" --overlay-src low
refused "$next" --overlay-src low --dir /x --ro-overlay /x
refused "--overlay requires at least one --overlay-src" --overlay up work /x
refused "--tmp-overlay requires at least one --overlay-src" --tmp-overlay /x
refused "--ro-overlay requires at least two --overlay-src" --overlay-src low --ro-overlay /x
refused "Can't find source path no: No such file or directory" --overlay-src no --tmp-overlay /x
refused "Can't find source path no: No such file or directory" --overlay-src low --overlay no work /mnt

t_done
