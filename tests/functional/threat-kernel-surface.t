#!/usr/bin/env bash
# What has been the way through the kernel again and again is not there under the policies: io_uring, keyrings,
# bpf, userfaultfd, perf, file handles, sockets of AF_VSOCK, AF_ALG and AF_PACKET, and what a nested user
# namespace opens: nf_tables and the configuration of file systems (CVE-2022-0185, CVE-2022-34918,
# CVE-2022-32233, CVE-2024-1086 and many more).
# vm: 6.12
. "${0%/*}/../lib.sh" || exit
PATH=/usr/sbin:/usr/bin:/sbin:/bin
t_need python3
"$BUILDDIR/src/tools/seccomp-policies" table "$(uname -m)" > "$T/table" || t_skip_all "no policies here"
awk -v m="$(uname -m)" '$1 == "default" && $2 == m { print $4, $3 }' "$T/table" > "$T/numbers"
cp "$SRCDIR/tests/helpers/kernel-surface.py" "$T"

# A session with a secret in its keyring, as PAM and Kerberos make them; husk is started in it.
cat > "$T/session.py" << 'END'
import ctypes, os, sys
libc = ctypes.CDLL(None)
numbers = dict(line.split() for line in open(sys.argv[1]))
call = lambda name, *args: libc.syscall(ctypes.c_long(int(numbers[name])), *args)
call("keyctl", 1, b"husk-session")
call("add_key", b"user", b"husk-secret", b"xyzzy", 5, -3)
os.execvp(sys.argv[2], sys.argv[2:])
END
# attack ARG...: by husk with these.
attack()
{
    t_run python3 "$T/session.py" "$T/numbers" "$HUSK" "$@" python3 "$T/kernel-surface.py" "$T/numbers"
}
# what NAME OUTPUT
what()
{
    sed -n "s/^$1 //p" <<< "$2"
}

all=(-p none --unshare-all --uid 0 --gid 0 --cap-add ALL --ro-bind / / --dev /dev)
attack "${all[@]}" --seccomp-profile none
control=$out
t_is "$(wc -l <<< "$control"):$err" 13: "all are tried"
t_diag "${control//$'\n'/, }"
for name in keyring add_key packet fsopen user_namespace; do
    t_is "$(what $name "$control")" works "without a policy: $name"
done
# Works, or fails in the kernel's own code: with one of these a module or a driver is not there.
for name in io_uring bpf userfaultfd perf vsock alg nf_tables; do
    t_like "$(what $name "$control")" '^(works|EINVAL|E2BIG|ENOENT|EAFNOSUPPORT|EPROTONOSUPPORT|EOPNOTSUPP|ENODEV)$' \
        "without a policy it is the kernel that answers: $name"
done

if [ "$(id -u)" = 0 ]; then
    t_run python3 "$T/kernel-surface.py" "$T/numbers"
    t_is "$(what handle "$out")" works "without husk root opens files by their numbers"
fi

for how in "-p default" "-p default --map-root" "-p default -n host" "-p build"; do
    read -ra words <<< "$how"
    attack "${words[@]}" -r "$T"
    t_is "$(grep -c EPERM <<< "$out"):$(grep -v EPERM <<< "$out")" "12:nf_tables EAFNOSUPPORT" "$how: nothing works"
done
# The policy alone, where all else would allow it.
for policy in default build; do
    attack "${all[@]}" --seccomp-profile $policy
    t_unlike "$out" works "policy $policy alone: nothing works, for root with all capabilities"
done
attack "${all[@]}" --seccomp-profile nested
t_is "$(grep works <<< "$out")" $'fsopen works\nuser_namespace works' "nested: only what it is for"
t_done
