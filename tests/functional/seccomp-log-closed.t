#!/usr/bin/env bash
# --seccomp-log fails closed: whichever of its calls fails, and whatever does not arrive, the command does not
# run. And without the option none of its calls are made.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
t_need strace

# injected CALL:ERROR ARGS...: husk with a call that fails each time.
sandbox=(-p none --ro-bind / / --dev /dev --unshare-pid --seccomp-profile default)
injected()
{
    t_run strace -f -qq -o "$T/trace" -e "trace=${1%%:*}" -e "inject=$1" "$HUSK" "${sandbox[@]}" --seccomp-log echo run
}
strace -f -o "$T/trace" true 2> /dev/null || t_skip_all "strace does not work here"

injected seccomp:error=EBUSY
t_is "$status:$out" "125:" "no listener, since there is one"
t_like "$err" 'loading a seccomp filter with a listener \(--seccomp-log\): Device or resource busy' "which is said"
t_like "$err" 'husk: hint: .*has a listener already' "with a hint"
injected seccomp:error=EINVAL
t_is "$status:$out" "125:" "no filters with listeners"
injected seccomp:error=EINVAL:when=1
t_is "$status:$out:$err" "0:run:husk: no system call was refused" "a kernel older than 5.19 does without one flag"
injected clone:error=EAGAIN
t_is "$status:$out" "125:" "no thread"
t_like "$err" 'making a thread for the list of refused calls|starting the ' "which is said"
injected fork:error=EAGAIN
[ "$(grep -c 'fork(' "$T/trace")" = 0 ] || t_is "$status:$out" "125:" "no supervisor"

# The last message that is sent with an fd before the filter is loaded, the listener, does not arrive.
strace -f -qq -o "$T/trace" -e trace=sendmsg,seccomp "$HUSK" "${sandbox[@]}" --seccomp-log true 2> /dev/null
thread=$(awk '/seccomp\(/ { on = 1 } on && /sendmsg\(/ { print $1; exit }' "$T/trace")
t_like "$thread" '^[0-9]+$' "a thread sends the listener"
t_is "$(awk -v t="$thread" '$1 == t' "$T/trace" | grep -c 'sendmsg(')" 1 "and nothing else"
injected sendmsg:error=EPIPE
t_is "$status:$out" "125:" "a listener that is not handed on"

# ---- off
# calls ARGS...: how often each call is made in all, by name.
calls()
{
    strace -f -qq -o "$T/trace" "$HUSK" "$@" true > /dev/null 2>&1
    sed -nE 's/^[0-9]+ +([a-z_0-9]+)\(.*/\1/p' "$T/trace" | sort | uniq -c
}
calls "${sandbox[@]}" > "$T/off"
calls "${sandbox[@]}" --seccomp-log > "$T/on"
t_is "$(grep -c ' seccomp$' "$T/off")" 0 "without the option there is no seccomp(2)"
t_is "$(grep -c ' seccomp$' "$T/on")" 1 "as with it"
t_fail "and more besides" cmp "$T/off" "$T/on"

t_done
