#!/usr/bin/env bash
# The programs that were built are hardened as docs/architecture.md promises: position-independent, nothing of
# them writable that need not be or executable that is data, with checks of the stack, and what else this
# build's compiler and libc have.
. "${0%/*}/../lib.sh" || exit
t_need readelf nm

# made_with VARIABLE: its value in this build's Makefile.
made_with()
{
    sed -n "s/^$1 = *//p" "$BUILDDIR/Makefile" | head -n 1
}

# weak_spots PROGRAM: prints what it lacks.
weak_spots()
{
    local headers dynamic
    headers=$(readelf -hlW "$1") || return
    dynamic=$(readelf -dW "$1")
    [[ $headers =~ Type:\ +DYN && $dynamic =~ FLAGS_1.*PIE ]] || echo "no PIE"
    [[ $headers =~ GNU_RELRO ]] || echo "no RELRO"
    [[ $dynamic =~ BIND_NOW || $dynamic =~ FLAGS_1.*NOW ]] || echo "no BIND_NOW"
    [[ ! $dynamic =~ TEXTREL ]] || echo "text relocations"
    [[ $headers =~ GNU_STACK[x0-9a-f\ ]*RW\ +0x ]] || echo "an executable stack"
    ! awk '$1 == "LOAD" && /RWE/ { found = 1 } END { exit !found }' <<< "$headers" ||
        echo "writable and executable at once"
    [[ $(nm "$1" 2> /dev/null; nm -D "$1" 2> /dev/null) == *__stack_chk_fail* ]] || echo "no stack protector"
}

programs=()
for program in "$BUILDDIR"/husk "$BUILDDIR"/husk*; do
    [[ $program == *.* || ${programs[*]-} == *"$program" || ! -x $program || -d $program ]] ||
        programs+=("$program")
done
for program in "${programs[@]}"; do
    t_is "$(weak_spots "$program")" "" "${program##*/} is hardened"
done
# Where configure said so: none of the rest is loaded by somebody else.
case $(made_with LAUNCHER_LDFLAGS) in
*-static-pie*) t_unlike "$(readelf -lW "$HUSK")" "INTERP" "husk is static" ;;
*) t_like "$(readelf -lW "$HUSK")" "INTERP" "husk is dynamic, as asked for" ;;
esac

# Can they be told from ones that are not?
cc=$(made_with CC)
printf 'int main(int n, char **v)\n{\n    char b[64];\n    b[n] = 1;\n    return b[n] + !v;\n}\n' > "$T/x.c"
# shellcheck disable=SC2086 # words
$cc -o "$T/weak" -fno-pie -no-pie -fno-stack-protector -Wl,-z,norelro,-z,lazy,-z,execstack "$T/x.c" 2> /dev/null
t_is "$(weak_spots "$T/weak")" "no PIE
no RELRO
no BIND_NOW
an executable stack
no stack protector" "what is not hardened is found"

# ---- what the compiler can do ---------------------------------------------------------------------

# marks FILE: how many of its objects say that they can do with CET's IBT and shadow stack.
marks()
{
    readelf -nW "$1" 2> /dev/null | grep -c 'IBT, SHSTK'
}

# shellcheck disable=SC2046,SC2086 # words
$cc $(made_with HARDEN_CFLAGS) -c -o "$T/x.o" "$T/x.c" && $cc $(made_with HARDEN_CFLAGS) -o "$T/x" "$T/x.c"
for library in "$BUILDDIR"/lib*.a; do
    objects=$(nm "$library" 2> /dev/null | grep -c '\.o:$')
    [ "$(marks "$T/x.o")" = 0 ] || t_is "$(marks "$library")" "$objects" "${library##*/} is compiled for CET"
done
# A program has the marks where all of its libc has them: where a small one has them.
for program in "${programs[@]}"; do
    [ "$(marks "$T/x")" = 0 ] || [[ $program == "$HUSK" && -n $(made_with MUSL_LIBS) ]] ||
        t_is "$(marks "$program")" 1 "${program##*/} is marked for CET"
done

# checked LIBRARY: the functions of libc that check bounds for it.
checked()
{
    nm "$1" 2> /dev/null | awk '$1 == "U" && $2 ~ /^__.*_chk$/ { print $2 }' | sort -u
}
case $(made_with HARDEN_CPPFLAGS) in
*_FORTIFY_SOURCE*) t_like "$(checked "$BUILDDIR/libhusk.a")" "__memcpy_chk" "libhusk.a is fortified" ;;
*) t_is "$(checked "$BUILDDIR/libhusk.a")" "" "libhusk.a is not fortified: no optimisation, or sanitizers" ;;
esac
[ ! -e "$BUILDDIR/liblauncher.a" ] ||
    t_is "$(checked "$BUILDDIR/liblauncher.a")" "" "musl has no functions for it, so bounds.t looks at the code"

t_done
