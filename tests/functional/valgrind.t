#!/usr/bin/env bash
# valgrind's memcheck follows the launcher as far as it knows the kernel, which is up to clone3: no wrong use of
# memory, nothing lost but what the arena holds to the end, no fd that nobody closes. With a launcher of its own:
# dynamic, with the system's libc, since valgrind must see where malloc and strlen are.
# vm: none (it is about the code, not the kernel)
. "${0%/*}/../lib.sh" || exit
t_need valgrind

# made_with VARIABLE: its value in this build's Makefile.
made_with()
{
    sed -n "s/^$1 = *//p" "$BUILDDIR/Makefile" | head -n 1
}
[ -z "$(made_with SANITIZE_CFLAGS)" ] || t_skip_all "valgrind and sanitizers do not go together"

cc=$(made_with CC)
# shellcheck disable=SC2086 # words
$cc -g -D_GNU_SOURCE -DHAVE_CONFIG_H -I"$BUILDDIR" -I"$SRCDIR/src" -o "$T/husk" \
    "$SRCDIR/src/husk/main.c" "$BUILDDIR/libhusk.a" || t_skip_all "libhusk.a cannot be linked"

cat > "$T/supp" << 'END'
{
   the arena lives until the end
   Memcheck:Leak
   ...
   fun:calloc
   fun:arena_alloc
}
END

# checked PROGRAM ARGS...: sets found, which has the errors and the fds that were opened and not closed.
checked()
{
    rm -f "$T"/log.*
    T_TIMEOUT=100 t_run valgrind --error-exitcode=88 --leak-check=full --errors-for-leak-kinds=definite,possible \
        --show-leak-kinds=definite,possible --track-fds=yes --suppressions="$T/supp" --log-file="$T/log.%p" "$@"
    found=$(awk '
        /ERROR SUMMARY: [1-9]/ || /definitely lost in/ || /Invalid|uninitialised/ { print }
        /Open .*file descriptor|Open .*socket/ { open = $0; next }
        open && !/inherited from parent/ { where = where " " $3 " " $4; print open; print }
        { open = "" }' "$T"/log.* | sed 's/^==[0-9]*== *//')
}

printf '#include <stdlib.h>\n#include <fcntl.h>\nint main(void)\n{\n    volatile char *p = malloc(9);\n    p = 0;\n' > "$T/bad.c"
printf '    return open("/dev/null", 0) < 0 || p;\n}\n' >> "$T/bad.c"
$cc -O0 -o "$T/bad" "$T/bad.c"
checked "$T/bad"
t_like "$found" "/dev/null" "an fd that is left open is found"
t_is "$status" 88 "and memory that is lost"

for line in "--version" "--help" "--list-profiles" "--print-profile default" "--dry-run true" \
    "--dry-run=json --write $T --net none --memory 1G --seccomp-profile default true" \
    "-p none --dry-run --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp --setenv A B true"; do
    read -ra words <<< "$line"
    checked "$T/husk" "${words[@]}"
    t_is "$status $found" "0 " "husk $line"
done
for line in "--no-such-option" "-p /no/such/profile true"; do
    read -ra words <<< "$line"
    checked "$T/husk" "${words[@]}"
    t_is "$status $found" "125 " "husk $line fails cleanly"
done

# Where valgrind does not know clone3 (3.19) the launch ends there. The fd of signals is the monitor's.
for line in "-p none --ro-bind / / true" "true"; do
    read -ra words <<< "$line"
    checked "$T/husk" "${words[@]}"
    found=$(grep -vE 'descriptor [0-9]+:|signalfd|gate_open|socketpair|AF_UNIX' <<< "$found")
    t_like "$status $err" '^(0|125 husk: Creating new namespace failed: Function not implemented)' "husk $line runs"
    t_is "$found" "" "and loses nothing on its way"
done

t_done
