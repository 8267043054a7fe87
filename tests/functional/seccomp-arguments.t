#!/usr/bin/env bash
# Calls that depend on their arguments: each case is probed, none is made. The kernel takes these
# arguments as 32 bits, so what is in the upper half must change nothing.
# vm: 6.12 (User Mode Linux answers 32-bit calls as 64-bit ones)
. "${0%/*}/../lib.sh" || exit

tool=$BUILDDIR/src/tools/seccomp-policies
machine=$(uname -m)
"$tool" table "$machine" > "$T/table" || t_skip_all "there are no policies for $machine"

# POLICIES CALL ARGUMENTS ANSWER, where + is default, build and nested. Arguments are hexadecimal.
cat > "$T/cases" << 'END'
default,build,nested,strict ioctl 0 5412 0 EPERM
default,build,nested,strict ioctl 0 541c 0 EPERM
default,build,nested,strict ioctl 0 5401 0 allow
default,build,nested,strict ioctl 0 802c542a 0 allow
default,build,nested,strict ioctl 0 5413 0 allow
default,build,nested,strict ioctl 0 540f 0 allow
default,build,nested,strict ioctl 0 5411 0 allow
default,build,nested,strict ioctl 0 541b 0 allow
default,build,nested,strict ioctl 0 5421 0 allow
default,build,nested,strict ioctl 0 5450 0 allow
default,build,nested,strict ioctl 0 5451 0 allow
default,build,nested,strict ioctl 0 2 0 allow
default,build,nested ioctl 0 54120 0 allow
strict ioctl 0 54120 0 EPERM
strict ioctl 0 40086602 0 EPERM
strict ioctl 0 5402 0 EPERM
strict ioctl 0 40049409 0 EPERM
default,build clone 11 0 0 allow
default,build clone 3d0f00 0 0 allow
default,build clone 10000000 0 0 EPERM
default,build clone 20000 0 0 EPERM
default,build clone 2000000 0 0 EPERM
default,build clone 4000000 0 0 EPERM
default,build clone 8000000 0 0 EPERM
default,build clone 20000000 0 0 EPERM
default,build clone 40000000 0 0 EPERM
default,build clone 10000011 0 0 EPERM
default,build clone 91 0 0 allow
nested clone 10000011 0 0 allow
strict clone 11 0 0 EPERM
strict clone 3d0f00 0 0 EPERM
default,build unshare 600 0 0 allow
default,build unshare 80 0 0 EPERM
default,build unshare 10000000 0 0 EPERM
default,build unshare 20000 0 0 EPERM
nested unshare 10000000 0 0 allow
strict unshare 600 0 0 EPERM
default,build,nested socket 1 1 0 allow
default,build,nested socket 2 1 0 allow
default,build,nested socket a 2 0 allow
default,build,nested socket 10 3 0 allow
default,build,nested socket 10 3 9 EAFNOSUPPORT
default,build,nested socket 10 3 f EAFNOSUPPORT
default,build,nested socket 0 1 0 EPERM
default,build,nested socket 11 3 0 EPERM
default,build,nested socket 28 1 0 EPERM
default,build,nested socket 26 5 0 EPERM
default,build,nested socket 1f 3 0 EPERM
default,build,nested socket ffffffff 1 0 EPERM
default,build,nested socketpair 1 1 0 allow
default,build,nested socketpair 1e 1 0 EPERM
strict socket 1 1 0 EPERM
default,build,nested personality 0 0 0 allow
default,build,nested personality 8 0 0 allow
default,build,nested personality 20008 0 0 allow
default,build,nested personality 40000 0 0 allow
default,build,nested personality ffffffff 0 0 allow
default,build,nested personality 400000 0 0 EPERM
default,build,nested personality 100000 0 0 EPERM
default,build,nested personality 6 0 0 EPERM
strict personality 0 0 0 EPERM
strict openat ffffff9c 0 0 allow
strict openat ffffff9c 0 80000 allow
strict openat ffffff9c 0 98800 allow
strict openat ffffff9c 0 1 EPERM
strict openat ffffff9c 0 2 EPERM
strict openat ffffff9c 0 3 EPERM
strict openat ffffff9c 0 40 EPERM
strict openat ffffff9c 0 200 EPERM
strict openat ffffff9c 0 410000 EPERM
strict open 0 0 0 allow
strict open 0 80000 0 allow
strict open 0 1 0 EPERM
strict open 0 241 0 EPERM
default,build,nested openat ffffff9c 0 242 allow
END
# i386 only: the family is in memory.
cat > "$T/cases-i386" << 'END'
default,build,nested socketcall 1 0 0 ENOSYS
default,build,nested socketcall 8 0 0 ENOSYS
default,build,nested socketcall 2 0 0 allow
default,build,nested socketcall 3 0 0 allow
default,build,nested socketcall 14 0 0 allow
strict socketcall 1 0 0 EPERM
strict socketcall 3 0 0 EPERM
END

# expand ABI NAME-OF-THE-ABI FILE HIGH: the cases as lines POLICY ABI NUMBER A0 A1 A2 ANSWER. With HIGH
# each argument has that upper half.
expand()
{
    awk -v abi="$1" -v name="$2" -v high="$4" '
        function half(x) { return high == "" ? x : high substr("00000000" x, length(x) + 1) }
        FNR == NR { if ($2 == name) number[$4] = $3; next }
        {
            n = split($1, list, ",")
            for (i = 1; i <= n && $2 in number; i++)
                print list[i], abi, number[$2], half($3), half($4), half($5), $6
        }' "$T/table" "$3"
}

# Without IA32 emulation (a setting of the kernel's) int 0x80 is a fault.
i386=yes
if [ "$machine" = x86_64 ] && ! "$HELPERS/seccomp-probe" "$HUSK" -p none --ro-bind / / --keep-fd 9 \
    "$HELPERS/seccomp-probe" <<< 'i386 20 0 0 0' > /dev/null 2>&1; then
    t_skip "this kernel runs no 32-bit calls"
    i386=no
    sed -i '/ i386 /d' "$T/table"
fi

{
    expand native "$machine" "$T/cases" ''
    expand native "$machine" "$T/cases" 1
    expand native "$machine" "$T/cases" ffffffff
    if [ "$machine" = x86_64 ] && [ "$i386" = yes ]; then
        expand i386 i386 "$T/cases" ''
        expand i386 i386 "$T/cases-i386" ''
    fi
} > "$T/expanded"

for policy in default build nested strict; do
    awk -v p=$policy '$1 == p { $1 = ""; print substr($0, 2) }' "$T/expanded" > "$T/want"
    t_run "$HELPERS/seccomp-probe" "$HUSK" -p none --ro-bind / / --dev /dev --unshare-pid \
        --seccomp-profile $policy --keep-fd 9 "$HELPERS/seccomp-probe" < <(cut -d' ' -f1-5 "$T/want")
    t_is "$status:$(diff "$T/want" "$T/.out" | head -20)" "0:" "$policy: $(wc -l < "$T/want") answers"
    # All that the table leaves to the arguments has a case.
    t_is "$(awk -v p=$policy '
        FNR == NR { seen[$1, ($2 == "native" ? m : $2), $3] = 1; next }
        $1 == p && $5 == "checked" && !(($1, $2, $3) in seen) { print $2, $4 }' m="$machine" \
        "$T/expanded" "$T/table")" "" "$policy: each call that is checked has a case"
done

t_done
