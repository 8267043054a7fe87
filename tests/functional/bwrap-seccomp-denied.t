#!/usr/bin/env bash
# As bwrap: a filter may deny the calls by which another could be loaded. It is loaded as bwrap does it, so
# that what works after which one is the same; and what cannot be loaded is an error.
. "${0%/*}/../lib.sh" || exit

case $(uname -m) in
x86_64) seccomp='\75\1' prctl='\235\0' uname='\77\0' ;;
aarch64) seccomp='\25\1' prctl='\247\0' uname='\240\0' ;;
*) t_skip_all "the numbers of system calls are not known for $(uname -m)" ;;
esac
# deny CALL ERRNO: load the number; if it is not CALL, skip one; fail with ERRNO; allow.
deny()
{
    # shellcheck disable=SC2059 # it is a format
    printf "\40\0\0\0\0\0\0\0\25\0\0\1$1\0\0\6\0\0\0\\$2\0\5\0\6\0\0\0\0\0\377\177"
}
deny "$seccomp" 1 > "$T/seccomp"
deny "$prctl" 1 > "$T/prctl"
deny "$uname" 5 > "$T/uname"
export F=$T

for options in "" --unshare-pid; do
    export options
    same_as_bwrap_sh "[$options] one that denies seccomp(2), then another" '
        $B $options --ro-bind / / --proc /proc --add-seccomp-fd 3 --add-seccomp-fd 4 \
            sh -c "uname; grep ^Seccomp /proc/self/status" 3< $F/seccomp 4< $F/uname'
    t_like "$(< "$T/.out.1")" 'Seccomp_filters:.2$' "[$options] there are two"
    same_as_bwrap_sh "[$options] one that denies prctl(2), then another" '
        $B $options --ro-bind / / --add-seccomp-fd 3 --add-seccomp-fd 4 echo run 3< $F/prctl 4< $F/uname 2> /dev/null'
    t_is "$(< "$T/.out.1")" "" "[$options] COMMAND does not run without the other"
    same_as_bwrap_sh "[$options] last, it may deny both" '
        $B $options --ro-bind / / --add-seccomp-fd 3 --add-seccomp-fd 4 --add-seccomp-fd 5 uname 3< $F/uname 4< $F/seccomp 5< $F/prctl'
done

t_done
