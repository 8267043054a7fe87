#!/usr/bin/env bash
# As bwrap: --seccomp FD loads one filter, --add-seccomp-fd FD many in their order, after all else and
# before COMMAND.
. "${0%/*}/../lib.sh" || exit
t_need python3

# filter SYSCALL ERRNO: one that lets SYSCALL fail with ERRNO and allows all others.
filter()
{
    python3 - "$1" "$2" << 'END'
import platform, struct, sys
numbers = {"x86_64": {"sethostname": 170, "mkdirat": 258, "prctl": 157, "seccomp": 317, "execve": 59, "mount": 165},
           "aarch64": {"sethostname": 161, "mkdirat": 34, "prctl": 167, "seccomp": 277, "execve": 221, "mount": 40}}
number = numbers[platform.machine()][sys.argv[1]]
program = [(0x20, 0, 0, 0),                      # load seccomp_data.nr
           (0x15, 0, 1, number),                 # is it that one?
           (0x06, 0, 0, 0x50000 | int(sys.argv[2])), # SECCOMP_RET_ERRNO
           (0x06, 0, 0, 0x7fff0000)]             # SECCOMP_RET_ALLOW
sys.stdout.buffer.write(b"".join(struct.pack("=HBBI", *i) for i in program))
END
}
filter sethostname 77 > "$T/77" || t_skip_all "the numbers of this machine's system calls are not known here"
filter sethostname 78 > "$T/78"
filter mkdirat 79 > "$T/mkdirat"
filter prctl 1 > "$T/prctl"
filter seccomp 1 > "$T/noseccomp"
filter mount 1 > "$T/mount"
filter execve 40 > "$T/execve"
cat > "$T/show" << 'END'
import errno, os, sys
try:
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    libc.sethostname(b"", -1)
    print("sethostname", ctypes.get_errno())
    libc.mkdirat(-1, b"x", 0)
    print("mkdirat", ctypes.get_errno())
except OSError as e:
    print(e)
for line in open("/proc/self/status"):
    if line.startswith(("Seccomp", "NoNewPrivs")):
        print(line.strip())
END
export F=$T
export show="python3 $T/show"
export all="--unshare-user --unshare-pid --unshare-uts --ro-bind / / --dev /dev --proc /proc"

same_as_bwrap_sh "without a filter" '$B $all $show'
same_as_bwrap_sh "one filter" '$B $all --seccomp 3 $show 3< $F/77'
t_run bash -c '"$0" $all --seccomp 3 $show 3< $F/77' "$BWRAP_HUSK"
t_like "$status $out" "^0 sethostname 77"$'\n'"mkdirat 9"$'\n' "which works: the errno is the filter's"
t_like "$out" "Seccomp:.2"$'\n'"Seccomp_filters:.1" "and there is one"
same_as_bwrap_sh "of many --seccomp the last counts, with a warning" \
    '$B $all --seccomp 3 --seccomp 4 $show 3< $F/77 4< $F/78'
same_as_bwrap_sh "a pipe will do" 'cat $F/77 | $B $all --seccomp 0 $show'
same_as_bwrap_sh "for children too" '$B $all --seccomp 3 sh -c "$show; :" 3< $F/77'
same_as_bwrap_sh "many filters" \
    '$B $all --add-seccomp-fd 3 --add-seccomp-fd 4 $show 3< $F/77 4< $F/mkdirat'
# Of several SECCOMP_RET_ERRNO the kernel takes the filter's that was loaded last.
same_as_bwrap_sh "in order: 77, then 78" \
    '$B $all --add-seccomp-fd 3 --add-seccomp-fd 4 $show 3< $F/77 4< $F/78'
same_as_bwrap_sh "in order: 78, then 77" \
    '$B $all --add-seccomp-fd 4 --add-seccomp-fd 3 $show 3< $F/77 4< $F/78'
t_run bash -c '"$0" $all --add-seccomp-fd 3 --add-seccomp-fd 4 $show 3< $F/77 4< $F/78' "$BWRAP_HUSK"
t_like "$status $out" "^0 sethostname 78"$'\n' "the last one wins"
same_as_bwrap_sh "nothing of the set-up comes after them: mount and prctl may be denied" \
    '$B $all --add-seccomp-fd 3 --add-seccomp-fd 4 $show 3< $F/mount 4< $F/prctl'
same_as_bwrap_sh "the one before may deny seccomp(2)" \
    '$B $all --add-seccomp-fd 3 --add-seccomp-fd 4 $show 3< $F/noseccomp 4< $F/77'
same_as_bwrap_sh "a filter that cannot be loaded is an error" \
    '$B $all --add-seccomp-fd 3 --add-seccomp-fd 4 echo run 3< $F/prctl 4< $F/77 2> /dev/null'
same_as_bwrap_sh "--as-pid-1" '$B $all --as-pid-1 --seccomp 3 $show 3< $F/77'
same_as_bwrap_sh "without a pid namespace" '$B --dev-bind / / --seccomp 3 $show 3< $F/77'
same_as_bwrap_sh "COMMAND does not get the fd" \
    '$B $all --seccomp 3 --cap-drop ALL sh -c "ls /proc/self/fd | wc -l" 3< $F/77'
same_as_bwrap_sh "a filter that denies execve is loaded before it" \
    '$B $all --seccomp 3 echo run 3< $F/execve 2> /dev/null'

same_as_bwrap_sh "both options" \
    '$B $all --seccomp 3 --add-seccomp-fd 4 echo run 3< $F/77 4< $F/78'
same_as_bwrap_sh "both options, the other way round" \
    '$B $all --add-seccomp-fd 4 --seccomp 3 echo run 3< $F/77 4< $F/78'
for size in 1 7 9 31 33; do
    export size
    same_as_bwrap_sh "$size bytes are an error" '
        head -c $size /dev/zero > bytes
        $B $all --seccomp 3 echo run 3< bytes 2> /dev/null
        echo $?
        $B $all --add-seccomp-fd 3 echo run 3< bytes 2> /dev/null'
done
t_run bash -c '"$0" $all --seccomp 3 echo run 3< <(printf 123456789)' "$BWRAP_HUSK"
t_like "$status $out $err" "^1  bwrap: Invalid seccomp data, must be multiple of 8" "as it is said"
same_as_bwrap_sh "no filter that the kernel knows" \
    '$B $all --seccomp 3 echo run 3< <(head -c 64 /dev/zero | tr "\0" "\377") 2> /dev/null'
same_as_bwrap_sh "an empty one is none" '$B $all --seccomp 3 echo run 3< /dev/null 2> /dev/null'
same_as_bwrap_sh "a second one that is wrong" '
    $B $all --add-seccomp-fd 3 --add-seccomp-fd 4 echo run 3< $F/77 4< <(echo) 2> /dev/null'
for fd in 77 x ""; do
    export fd
    same_as_bwrap_sh "not an fd: [$fd]" '$B $all --seccomp "$fd" echo run 2> /dev/null'
    same_as_bwrap_sh "not an fd, added: [$fd]" '$B $all --add-seccomp-fd "$fd" echo run 2> /dev/null'
done
t_done
