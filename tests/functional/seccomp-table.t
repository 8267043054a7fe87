#!/usr/bin/env bash
# Each policy answers each number of each ABI as its table says, which the build tool prints. No call is
# made for that: see tests/helpers/seccomp-probe.c.
# vm: 6.1 (User Mode Linux answers 32-bit calls as 64-bit ones)
. "${0%/*}/../lib.sh" || exit

tool=$BUILDDIR/src/tools/seccomp-policies
machine=$(uname -m)
"$tool" table "$machine" > "$T/table" || t_skip_all "there are no policies for $machine"

# The ABIs to probe as the table calls them, and as the probe does.
abis="$machine:native"
if [ "$machine" = x86_64 ]; then
    abis+=' x32:x32'
    # Without IA32 emulation (a setting of the kernel's) int 0x80 is a fault.
    if "$HELPERS/seccomp-probe" "$HUSK" -p none --ro-bind / / --keep-fd 9 "$HELPERS/seccomp-probe" \
        <<< 'i386 20 0 0 0' > /dev/null 2>&1; then
        abis+=' i386:i386'
    else
        t_skip "this kernel runs no 32-bit calls"
    fi
fi

# wanted POLICY: a line for each number there could be, as the probe prints them: what the table has no
# answer for is ENOSYS, and so is all of x32. What depends on arguments is left out; see
# seccomp-arguments.t. uretprobe and uprobe (335 and 336 of x86_64) too: no filter is asked about them,
# since 6.14, and the kernel kills who makes the first one without having been sent there.
wanted()
{
    awk -v policy="$1" -v abis="$abis" '
        $1 == policy { answer[$2, $3] = $5 }
        END {
            n = split(abis, list, " ")
            for (i = 1; i <= n; i++) {
                split(list[i], abi, ":")
                for (nr = 0; nr < 1024; nr++) {
                    want = (abi[1], nr) in answer ? answer[abi[1], nr] : "ENOSYS"
                    if (policy == "none") want = "allow"
                    if (want != "checked" && !(abi[1] == "x86_64" && (nr == 335 || nr == 336))) print abi[2], nr, 0, 0, 0, want
                }
            }
        }' "$T/table"
}

# probe POLICY LINES-FILE
probe()
{
    t_run "$HELPERS/seccomp-probe" "$HUSK" -p none --ro-bind / / --dev /dev --unshare-pid \
        --seccomp-profile "$1" --keep-fd 9 "$HELPERS/seccomp-probe" < "$2"
}

for policy in $(cut -d' ' -f1 "$T/table" | uniq) none; do
    wanted "$policy" > "$T/want"
    probe "$policy" <(cut -d' ' -f1-5 "$T/want")
    t_is "$status:$(diff "$T/want" "$T/.out" | head -20)" "0:" "$policy: $(wc -l < "$T/want") answers"
done

# The table and the probe say something: there is each answer, and a wrong one is seen.
wanted default > "$T/want"
for answer in allow EPERM ENOSYS; do
    t_ok "default: some are $answer" test "$(grep -c " $answer\$" "$T/want")" -gt 20
done
probe nested <(cut -d' ' -f1-5 "$T/want")
t_fail "another policy's answers are others" cmp "$T/want" "$T/.out"

t_done
