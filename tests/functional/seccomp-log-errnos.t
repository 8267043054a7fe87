#!/usr/bin/env bash
# With --seccomp-log each call gets the answer that it gets without: for all numbers of all ABIs, under each
# policy, without one of them being made (see tests/helpers/seccomp-probe.c), and for those that are decided by
# their arguments. And each is counted.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit

tool=$BUILDDIR/src/tools/seccomp-policies
machine=$(uname -m)
"$tool" table "$machine" > "$T/table" || t_skip_all "there are no policies for $machine"
abis="$machine:native"
if [ "$machine" = x86_64 ]; then
    abis+=' x32:x32'
    if "$HELPERS/seccomp-probe" "$HUSK" -p none --ro-bind / / --keep-fd 9 "$HELPERS/seccomp-probe" \
        <<< 'i386 20 0 0 0' > /dev/null 2>&1; then
        abis+=' i386:i386'
    else
        t_skip "this kernel runs no 32-bit calls"
    fi
fi

# What is asked of a policy: all numbers, but uretprobe and uprobe (see seccomp-table.t), and families, requests
# and flags for what is decided by them.
for abi in $abis; do
    for ((nr = 0; nr < 1024; nr++)); do
        [[ ${abi#*:} = i386 || $nr != 33[56] ]] && echo "${abi#*:} $nr 0 0 0"
    done
done > "$T/calls"
number() { awk -v abi="$machine" -v call="$1" '$2 == abi && $4 == call { print $3; exit }' "$T/table"; }
for family in 0 1 2 3 9 a 10 11 26 28 ffffffff; do
    echo "native $(number socket) $family 2 0"
    echo "native $(number socketpair) 1ffffffff$family 2 0"
    echo "native $(number socket) 10 3 $family"
done >> "$T/calls"
for bits in 0 11 10000000 10000011 20000 40000000 2000000 80; do
    echo "native $(number clone) $bits 0 0"
    echo "native $(number unshare) $bits 0 0"
    echo "native $(number openat) 0 0 $bits"
    echo "native $(number personality) $bits 0 0"
done >> "$T/calls"
for request in 5412 541c 5401 100005412; do
    echo "native $(number ioctl) 0 $request 0"
done >> "$T/calls"

# probe POLICY ARGS...: the answers.
probe()
{
    t_run "$HUSK" -p none --ro-bind / / --dev /dev --unshare-pid --seccomp-profile "$@" \
        "$HELPERS/seccomp-probe" --alone < "$T/calls"
}

for policy in default strict build nested; do
    probe $policy
    t_is "$status:$err" "0:" "$policy: asked without the list"
    mv "$T/.out" "$T/without"
    probe $policy --seccomp-log
    said=$err
    t_is "$status:$(diff "$T/without" "$T/.out" | head -20)" "0:" "$policy: the same $(wc -l < "$T/calls") answers"
    # What is permitted is ENOSYS here, so the others are less than what is counted.
    refused=$(grep -vc ' ENOSYS$' "$T/without")
    t_ok "$policy: some are refused" test "$refused" -gt 30
    counted=$(sed -n 's/^husk: .* \([0-9]*\) times by .*/\1/p; s/^husk: .* once by .*/1/p; s/.*: \([0-9]*\) more calls.*/\1/p' \
        <<< "$said" | awk '{ n += $1 } END { print n + 0 }')
    # What the policy answers, and seccomp-probe asked without a listener knows which were permitted.
    t_ok "$policy: all are counted: $counted" test "$counted" -ge "$refused" -a "$counted" -lt "$(wc -l < "$T/calls")"
done
t_like "$said" 'more calls, of other kinds' "of so many kinds not all have a line"
t_is "$(grep '^husk: ' <<< "$said" | grep -vc '^husk: hint: ')" 51 "but 50, and one for the others"

# The probe tells answers apart.
probe default
cp "$T/.out" "$T/without"
probe nested
t_fail "another policy's answers are others" cmp "$T/without" "$T/.out"

t_done
