#!/usr/bin/env bash
# A command cannot put words into the terminal that it was started in, for the shell outside to read as if
# they were typed (CVE-2017-5226 of bwrap); not with other upper halves of the request (CVE-2019-10063 of
# flatpak), not as a 32-bit or x32 program, and not by the console's way to paste (CVE-2023-28100).
# shellcheck disable=SC2086,SC2016 # words; what is in single quotes is for the inside
# vm: 6.12
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/terminal.sh"
[ -x "$HELPERS/raw-call" ] || t_skip_all "the test programs are not built"

cd "$T" || exit 1
t_need script
cp "$HELPERS/raw-call" .
machine=$(uname -m)
ioctl=$(python3 -c 'import platform; print(16 if platform.machine() == "x86_64" else 29)')
# ABI NUMBER REQUEST; the third is that of TIOCLINUX, whose first byte, 3, asks for pasting.
{
    for high in 0x 0x1 0x80000000 0xffffffff; do
        echo "native $ioctl ${high}00005412"
        echo "native $ioctl ${high}0000541c"
    done
    if [ "$machine" = x86_64 ]; then
        echo "i386 54 0x5412"
        echo "i386 54 0x541c"
        for number in 514 16; do
            echo "x32 $number 0x5412"
            echo "x32 $number 0x541c"
        done
    fi
} > forms
cat > attack << 'END'
paste=$(printf '\003')
while read -r form; do
    set -- $form
    case $3 in
    *5412) what="=Z" end="=
" ;;
    *) what="=$paste" end= ;;
    esac
    for fd in 0 3; do
        first=$(./raw-call "$1" "$2" $fd "$3" "$what" 3< /dev/tty < /dev/tty)
        [ -z "$end" ] || [ "${first#works}" = "$first" ] || ./raw-call "$1" "$2" $fd "$3" "$end" 3< /dev/tty < /dev/tty > ended
        echo "$form $fd: ${first%% *}"
    done
done < forms > "$1"
END

# outcome FILE REGEX: the outcomes of those forms, each once.
outcome()
{
    sed -n "s/^\($2\).*: //p" "$1" | sort -u | tr '\n' ' '
}

# ---- that it works without a policy
t_run script -qec "sh attack control" /dev/null
read_first=typed
[ "$(outcome control "native.*5412")" != "works " ] || read_first=Z
t_talk sh -c 'sh attack control; echo over-$((1 + 1)); read x; echo "read-$x-"' << STEPS
# without husk, the attack is made
see ^over-2
# and $read_first is read first
type typed
see ^read-$read_first-
end 0
STEPS
case $(outcome control "native $ioctl 0x00005412") in
"works ")
    # Echoes and what the shell reads are in the conversation.
    t_is "$(outcome control "native.*5412")" "works " "each form of the request works"
    t_is "$(outcome control "native.*541c")" "ENOTTY " "the other reaches the terminal, which is no console"
    ;;
"EIO ")
    t_diag "this kernel lets nobody do it but root (dev.tty.legacy_tiocsti); the calls reach it, which says EIO"
    t_is "$(outcome control "native.*5412")" "EIO " "each form of the request reaches the kernel"
    ;;
*)
    t_is "$(outcome control "native.*5412")" "works " "the attack is known"
    ;;
esac
if [ "$machine" = x86_64 ]; then
    t_like "$(outcome control "i386.*5412")" '^(works|EIO) $' "and that of 32-bit programs"
    # Most kernels have no x32, and say so; where there is one, it works.
    t_like "$(outcome control "x32.*5412")" '^(ENOSYS |works |EIO |ENOSYS works )$' "x32 is not there, or works"
fi

# ---- with one
for options in "-p default -w $T" "-p build" "-p shell -w $T" "-p browser -w $T" \
    "-p none --dev-bind / / --unshare-pid --seccomp-profile default"; do
    rm -f outcome ended
    t_talk sh -c "$HUSK $options sh attack outcome"'; echo over-$((1 + 1)); read x; echo "read-$x-"' << STEPS
# [${options/$T/T}] the attack is made
see ^over-2
# only what is typed is read
type typed
see ^read-typed-
end 0
STEPS
    t_is "$(wc -l < outcome):$(outcome outcome "native.*")" "$(wc -l < control):EPERM " "each form is refused"
    [ "$machine" != x86_64 ] || t_is "$(outcome outcome "i386.*")" "EPERM " "from 32 bits too"
    [ "$machine" != x86_64 ] || t_is "$(outcome outcome "x32.*")" "ENOSYS " "and there is no x32"
    t_fail "nothing was put there" test -e ended
done

# ---- other terminals, and devices that others type on
look="ls -d /dev/tty[0-9]* /dev/vcs* /dev/uinput /dev/input /dev/hidraw* /dev/pts/[0-9]* 2> '$T/err'; echo looked"
t_run script -qec "'$HUSK' -w '$T' sh -c \"$look\"" /dev/null
t_is "$(tr -d '\r' <<< "$out")" looked "the host's other terminals, consoles and input devices are not there"
t_run script -qec "sh -c \"$look\"" /dev/null
t_like "$out" '/dev/pts/[0-9]' "outside there is at least this one"
t_done
