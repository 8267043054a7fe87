# shellcheck shell=bash
# For tests of programs that have rights of their files. Sourced after lib.sh.
t_need unshare setpriv
PATH=$PATH:/usr/sbin:/sbin # setcap is there

# A file system of ours where the bits count, and other ids to be: root has them, others need ranges.
how=(unshare --mount)
[ "$(id -u)" = 0 ] || how+=(--map-root-user --map-auto)
"${how[@]}" true 2> /dev/null || t_skip_all "this user has no subordinate ids"
mkdir "$T/copies"
chmod 0755 "$T"

# privileged PROGRAM NAME PREPARE ARGS...: a copy of it named NAME, that root did PREPARE with, is executed by another
# user; --args can be read from fd 3, and fd 9 be written to.
privileged()
{
    # shellcheck disable=SC2016 # for the inner shell
    t_run "${how[@]}" bash -ec '
        mount -t tmpfs -o mode=0755 tmpfs "$1"
        cp "$2" "$1/$3"
        cd "$1"
        f=$3
        chmod 0755 "$f"
        eval "$4"
        exec 3< <(printf "%s\0" --version --bogus) 9> told
        exec setpriv --reuid=1 --regid=1 --clear-groups "$1/$f" "${@:5}"' \
        - "$T/copies" "$(readlink -f "$1")" "${@:2}"
}
