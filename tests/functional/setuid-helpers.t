#!/usr/bin/env bash
# The helper programs refuse rights of their files as husk does (bwrap-setuid.t), before they read anything.
. "${0%/*}/../lib.sh" || exit
t_need unshare setpriv
PATH=$PATH:/usr/sbin:/sbin # setcap is there
t_need setcap

how=(unshare --mount)
[ "$(id -u)" = 0 ] || how+=(--map-root-user --map-auto)
"${how[@]}" true 2> /dev/null || t_skip_all "this user has no subordinate ids"

# privileged PROGRAM PREPARE ARGS...: a copy that root did PREPARE with is executed by another user.
privileged()
{
    # shellcheck disable=SC2016 # for the inner shell
    t_run "${how[@]}" bash -ec '
        mount -t tmpfs -o mode=0755 tmpfs "$1"
        f=$1/${2##*/}
        cp "$2" "$f"
        chmod 0755 "$f"
        eval "$3"
        exec setpriv --reuid=1 --regid=1 --clear-groups "$f" "${@:4}"' - "$T/copies" "$@"
}
mkdir "$T/copies"
chmod 0755 "$T"

for program in husk-allow husk-scope husk-seccomp; do
    if [ ! -e "$BUILDDIR/$program" ]; then # configure --without-systemd
        t_skip "$program was not built"
        continue
    fi
    [ $program = husk-allow ] && says=husk || says=$program # it speaks for husk
    refused="125  $says: $says must not be setuid, setgid or have file capabilities
$says: hint: it gives no rights and needs none: chmod ug-s, setcap -r"
    # With a word that it does not know, so that it ends, with another message or none.
    privileged "$BUILDDIR/$program" ":" --bogus
    t_unlike "$err" "setuid" "$program: a plain copy does not speak of it"
    t_unlike "$status" "^(0|12[67])$" "and runs"
    for prepare in 'chmod u+s "$f"' 'chmod g+s "$f"' 'setcap cap_net_admin+ep "$f"'; do
        privileged "$BUILDDIR/$program" "$prepare" --bogus
        t_is "$status $out $err" "$refused" "$program: $prepare"
    done
done

t_done
