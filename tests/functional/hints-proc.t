#!/usr/bin/env bash
# When /proc is not as it should be - covered, read-only, absent, or something else - husk says so,
# and what to do; nothing runs. Nothing is ever written to a false one.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for another shell
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir -p "$HOME" "$T/work"
cd "$T/work" || exit 1

# with PREPARATION ARGS...: runs husk where that was done, in a mount namespace of its own.
with()
{
    (t_outer "$1"'
        shift; exec "$@"' - "$HUSK" "${@:2}") > "$T/with.out" 2>&1
    status=$? out='' err=$'\n'$(cat "$T/with.out")
}

# says MESSAGE HINT NAME
says()
{
    t_is "$status" 125 "$3"
    t_like "$err" "
husk: $1" "the error"
    t_like "$err" "
husk: hint: $2\$" "and what to do"
}

covered=$(for f in /proc/acpi /proc/fs /proc/bus /proc/irq; do [ -d $f ] && echo $f && break; done)
with ":" true
t_is "$status:$err" "0:"$'\n' "with an ordinary /proc it works"
with "mount -t tmpfs none $covered" -w . touch ran
says "making a new proc \(default \(built in\):[0-9]+:1: proc /proc\): Operation not permitted" \
    "$covered is covered here, so the kernel allows no new procfs: .*--ro-bind /proc /proc .*" "a part is covered"
with "mount -t tmpfs none $covered" -p none --unshare-user --unshare-pid --dev-bind / / --ro-bind /proc /proc true
t_is "$status" 0 "what the hint says helps"
with "mount --bind /dev/null /proc/cpuinfo" -w . touch ran
says "making a new proc .*: Operation not permitted" "/proc/cpuinfo is covered here, .*" "a file is covered"

with 'mount -o remount,ro,bind /proc' -w . touch ran
says "error writing to setgroups: Read-only file system" \
    "/proc is mounted read-only here: sudo mount -o remount,rw /proc, or start the container with a writable /proc" \
    "it is read-only"
with 'mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys' -p none --unshare-user --disable-userns \
    --dev-bind / / touch ran
says "forbidding further user namespaces \(--disable-userns\): Read-only file system" \
    "a part of /proc is mounted read-only here: start the container, or the sandbox that husk is in, with a writable /proc .*" \
    "a part is read-only"
# As in a sandbox of husk's.
inner=(-p none --unshare-user --disable-userns --ro-bind / / echo ran)
outer=("$HUSK" -p none --unshare-user --ro-bind / /)
t_run "${outer[@]}" --ro-bind /proc /proc "$HUSK" "${inner[@]}"
t_is "$status/$out" 125/ "in a sandbox with a read-only /proc"
t_like "$err" 'Read-only file system
husk: hint: /proc is mounted read-only here: ' "there is a hint"
t_run "${outer[@]}" --unshare-pid --disable-userns --proc /proc "$HUSK" "${inner[@]}"
t_like "$status$err" '^125.*
husk: hint: ' "and in one with --proc, where there can be no further one"
t_run "${outer[@]}" --dev-bind /proc /proc "$HUSK" "${inner[@]}"
t_is "$status/$out" 0/ran "what the hint says helps"
with 'mount -t tmpfs none /proc' -w . touch ran
says "what is on /proc is not procfs" "there is no procfs on /proc: sudo mount -t proc proc /proc" "it is empty"
mkdir -p false/{1,self/fd,thread-self,sys/user}
touch false/self/{uid_map,gid_map,setgroups,status,exe} false/sys/user/max_user_namespaces
with 'mount --bind ./false /proc' -p none --unshare-user --dev-bind / / touch ran
says "what is on /proc is not procfs" "there is no procfs on /proc: .*" "it is a folder of files with the same names"
t_is "$(find false -type f -size +0)" "" "nothing was written to them"
t_fail "nothing ran" test -e ran

t_done
