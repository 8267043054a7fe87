#!/usr/bin/env bash
# What the policies take away is really gone, and was there without them. What else there is to refuse is
# asked in seccomp-table.t, without doing it.
# vm: uml
. "${0%/*}/../lib.sh" || exit
t_need python3 script

"$BUILDDIR/src/tools/seccomp-policies" table "$(uname -m)" > "$T/table" || t_skip_all "no policies here"
awk -v m="$(uname -m)" '$1 == "default" && $2 == m { print $4, $3 }' "$T/table" > "$T/numbers"

# make POLICY: all of it is tried in a sandbox where it is root, with all capabilities that there are.
make_calls()
{
    t_run "$HUSK" -p none --unshare-all --uid 0 --gid 0 --cap-add ALL --ro-bind / / --dev /dev --tmpfs /mnt \
        --seccomp-profile "$1" python3 "$SRCDIR/tests/helpers/refused.py" "$T/numbers"
}

# outcome NAME OUTPUT
outcome()
{
    sed -n "s/^$1 //p" <<< "$2"
}

make_calls none
control=$out
t_is "$status:$err" "0:" "all are tried"
for name in mount fsopen open_tree unshare-user unshare-mount unshare-net clone-user clone-uts clone3 \
    sethostname ptrace process_vm_readv personality packet; do
    t_is "$(outcome $name "$control")" works "without a policy $name works"
done
# Whether the others work is this machine's matter.
t_diag "$(tail -n +15 <<< "$control")"

for policy in default build strict nested; do
    make_calls $policy
    got=$out
    if [ $policy = strict ]; then
        # No process can be made, so the first one gives up.
        t_like "$err" 'os.fork()|Operation not permitted' "strict: no process"
        continue
    fi
    for name in $(cut -d' ' -f1 <<< "$control"); do
        want=EPERM
        case $policy:$name in
        *:clone3) want=ENOSYS ;;
        *:audit) want=EAFNOSUPPORT ;;
        build:ptrace | build:process_vm_readv) want=works ;;
        esac
        case $policy:$name in
        nested:mount | nested:fsopen | nested:open_tree | nested:unshare-* | nested:clone* | nested:sethostname)
            want=works ;;
        esac
        t_is "$(outcome "$name" "$got")" $want "$policy: $name"
    done
done

# The terminal: what is put into it would be read by the shell outside.
cat > "$T/push.py" << 'END'
import ctypes, errno, fcntl, sys, termios
libc = ctypes.CDLL(None, use_errno=True)
for high in 0, 1, 0xffffffff:
    for name, request in ("TIOCSTI", termios.TIOCSTI), ("TIOCLINUX", 0x541c):
        r = libc.ioctl(0, ctypes.c_ulong(high << 32 | request), ctypes.create_string_buffer(b"\r"))
        print(name, hex(high), "works" if r == 0 else errno.errorcode[ctypes.get_errno()])
END
# push POLICY: its outcome in a terminal, without carriage returns and what is echoed.
push()
{
    t_run script -qec "'$HUSK' -p none --dev-bind / / --unshare-pid --seccomp-profile $1 python3 '$T/push.py'" /dev/null
    tr -d '\r' <<< "$out" | grep '^TIOC'
}
want='TIOCSTI 0x0 EPERM
TIOCLINUX 0x0 EPERM
TIOCSTI 0x1 EPERM
TIOCLINUX 0x1 EPERM
TIOCSTI 0xffffffff EPERM
TIOCLINUX 0xffffffff EPERM'
for policy in default build nested strict; do
    t_is "$(push $policy)" "$want" "$policy: nothing can be put into a terminal"
done
if [ "$(cat /proc/sys/dev/tty/legacy_tiocsti 2> /dev/null)" = 0 ]; then
    t_diag "the kernel itself refuses it here"
else
    t_is "$(push none | grep -c 'TIOCSTI .* works')" 3 "without a policy it can"
fi

t_done
