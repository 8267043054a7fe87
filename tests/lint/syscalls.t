#!/usr/bin/env bash
# Every system call that the installed headers of the kernel know is in the table of the seccomp
# policies, once; and so is every one that libseccomp knows on the architectures that husk is for.
. "${0%/*}/../lib.sh" || exit

tool=$BUILDDIR/src/tools/seccomp-policies
[ -x "$tool" ] || t_skip_all "seccomp-policies is not built"
machine=$(uname -m)
"$tool" names "$machine" | sort > "$T/names"
t_ok "the table has calls" test "$(wc -l < "$T/names")" -gt 400
t_is "$(cut -d' ' -f1 "$T/names" | uniq -d)" "" "each of them once"

for arch in x86_64 aarch64 riscv64; do
    t_ok "$arch: the filters answer what the table says" "$tool" code $arch
done

# unclassified HEADER...: the calls that these define and the table does not have. llseek is a name that
# asm-generic gives to _llseek.
unclassified()
{
    sed -nE 's/^#define __NR_([a-z0-9_]+)[[:space:]].*/\1/p' "$@" | sort -u |
        grep -vxE 'syscalls|arch_specific_syscall|llseek' | join -v 1 - "$T/names"
}

folder=$(dirname "$(echo '#include <asm/unistd.h>' | ${CC:-cc} -E -x c - |
    sed -nE 's/^# [0-9]+ "(.*\/asm\/unistd\.h)".*/\1/p' | head -n 1)")
found=0
for header in "$folder"/unistd_64.h "$folder"/unistd_32.h "$folder"/../asm-generic/unistd.h \
    /usr/include/asm-generic/unistd.h; do
    [ -f "$header" ] || continue
    found=$((found + 1))
    t_is "$(unclassified "$header" | xargs)" "" "$header: all are in the table"
done
t_ok "there are headers" test $found -gt 0

printf '#define __NR_read 0\n#define __NR_read_mind 999\n' > "$T/unistd_64.h"
t_is "$(unclassified "$T/unistd_64.h")" "read_mind" "a call that is not there is found"

# What is to be found in docs/seccomp.md and husk(1) is what the program has.
for policy in $("$tool" table "$machine" | cut -d' ' -f1 | uniq) none; do
    t_ok "$policy is in docs/seccomp.md" grep -q "\`$policy\`" "$SRCDIR/docs/seccomp.md"
    t_ok "and in husk(1)" grep -qx "\.Cm $policy :" "$SRCDIR/man/husk.1"
done

t_done
