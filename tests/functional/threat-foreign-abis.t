#!/usr/bin/env bash
# What the native calls cannot do, those of other ABIs cannot: the 32-bit ones (int 0x80), which have numbers
# of their own, and x32, whose numbers are the native ones with a bit set.
# vm: 6.12 (User Mode Linux answers 32-bit calls as 64-bit ones)
. "${0%/*}/../lib.sh" || exit
[ -x "$HELPERS/raw-call" ] || t_skip_all "the test programs are not built"
if [ "$(uname -m)" != x86_64 ]; then
    t_fail "this machine has no int 0x80" "$HELPERS/raw-call" i386
    t_done
fi

cp "$HELPERS/raw-call" "$T"
# NAME I386-NUMBER NATIVE-NUMBER ANSWER-UNDER-A-POLICY ARGUMENTS. socketcall's first call is socket(2), its
# arguments are in memory, as text: here of family 0x11 (AF_PACKET), type 3.
cat > "$T/calls" << 'END'
unshare-user 310 272 EPERM 0x10000000
unshare-mount 310 272 EPERM 0x20000
clone-user 120 56 EPERM 0x10000011
mount 21 165 EPERM =none =/mnt =tmpfs 0
fsopen 430 430 EPERM =tmpfs 0
ptrace 26 101 EPERM 0 0 0 0
keyctl 288 250 EPERM 0 0xfffffffe 1
add_key 286 248 EPERM =user =husk-test =x 1 0xfffffffe
bpf 357 321 EPERM 0x7fffffff =x 0x10000
perf_event_open 336 298 EPERM =x 0 0xffffffff 0xffffffff 0xffff
userfaultfd 374 323 EPERM 1
io_uring_setup 425 425 EPERM 0 =x
packet 359 41 EPERM 0x11 3 0
vsock 359 41 EPERM 40 1 0
personality 136 135 EPERM 0x400000
sethostname 74 170 EPERM =x 1
reboot 88 169 EPERM 0 0 0
clone3 435 435 ENOSYS =x 0
unknown 1000 1000 ENOSYS
END
# attack ABI COLUMN POLICY: NAME OUTCOME of all, as root of a namespace of its own.
attack()
{
    # shellcheck disable=SC2016 # it is the inner shell's
    t_run "$HUSK" -p none --unshare-all --uid 0 --gid 0 --cap-add ALL --ro-bind / / --dev /dev --ro-bind "$T" "$T" \
        --seccomp-profile "$3" bash -c 'while read -ra w; do
            r=$("$1" $2 "${w[$3]}" "${w[@]:4}"); echo "${w[0]} ${r%% *}"; done < "$4"' \
        bash "$T/raw-call" "$1" "$2" "$T/calls"
}
policed=$(cut -d' ' -f1,4 "$T/calls")

attack native 2 none
native=$out
t_diag "${native//$'\n'/, }"
for name in unshare-user unshare-mount mount fsopen ptrace packet personality sethostname; do
    t_is "$(grep "^$name " <<< "$native")" "$name works" "native, no policy: $name works"
done
attack native 2 default
t_is "$out" "$policed" "native, default: all are refused"

if [ "$("$T/raw-call" i386 20 2> /dev/null)" = "" ]; then
    t_skip "this kernel runs no 32-bit calls"
else
    attack i386 1 none
    t_is "$(grep -v clone-user <<< "$out")" "$(grep -v clone-user <<< "$native")" "int 0x80, no policy: all as native"
    for policy in default build; do
        attack i386 1 $policy
        [ $policy = default ] || policed=${policed/ptrace EPERM/ptrace works} # it is for debuggers
        t_is "$out" "$policed" "int 0x80, $policy: all are refused"
    done
    # The old way to all calls of sockets.
    printf 'socketcall 102 - ENOSYS 1 =\021\n' > "$T/calls"
    attack i386 1 none
    t_unlike "$out" 'ENOSYS' "socketcall is there without a policy"
    attack i386 1 default
    t_is "$out" "socketcall ENOSYS" "and with one makes no socket"
fi

printf '%s\n' 'getpid 20 39 ENOSYS' 'unshare-user 310 272 ENOSYS 0x10000000' 'ptrace 26 521 ENOSYS 0 0 0 0' > "$T/calls"
attack x32 2 none
t_diag "x32 without a policy: $(tr '\n' ' ' <<< "$out")"
t_like "$out" 'getpid (works|ENOSYS)' "x32: known to this kernel, or not at all"
attack x32 2 default
t_is "$out" $'getpid ENOSYS\nunshare-user ENOSYS\nptrace ENOSYS' "x32, default: there is nothing"
t_done
