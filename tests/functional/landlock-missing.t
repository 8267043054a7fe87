#!/usr/bin/env bash
# A kernel without Landlock, or with an old one: the second layer is missing, and said to be; what asks for
# it is an error. An error of a call while it is set up is one, always.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
t_need strace

# without ANSWER OPTIONS...: the first landlock_create_ruleset(2), which asks for the ABI, has this answer.
without()
{
    local answer=$1
    shift
    t_run strace -o /dev/null -e trace=landlock_create_ruleset -e inject=landlock_create_ruleset:"$answer":when=1 "$HUSK" "$@"
}
for error in ENOSYS EOPNOTSUPP EPERM; do
    without error=$error -v echo ran
    t_is "$status $out" "0 ran" "$error: profile default runs"
    t_like "$err" '^husk: active: .*; not: .*landlock [(]it is not in this kernel, or not switched on[)]' "and says what is missing"
    without error=$error --require landlock echo ran
    t_is "$status $out" "125 " "$error: --require landlock is an error"
    t_like "$err" '^husk: --require landlock: landlock is not part of this sandbox: it is not in this kernel' "which says why"
    without error=$error -n host --tcp-connect 80 echo ran
    t_is "$status $out" "125 " "$error: --tcp-connect is an error"
    t_is "$err" "husk: --tcp-connect 80: needs Landlock, which this kernel has not, or not switched on" "which says why"
    without error=$error -p none --bind / / --tcp-bind none echo ran
    t_is "$status $out" "125 " "$error: so is --tcp-bind none"
done

# Old ones. The kernel may know more or less than we make it say, so it is only what is decided.
without retval=1 --dry-run true
t_like "$out" 'missing +files need ABI 2, abstract needs ABI 6, signals need ABI 6' \
    "ABI 1 cannot move files between folders: it is not used for files"
without retval=1 --require landlock true
t_is "$status $err" "125 husk: --require landlock: landlock is not part of this sandbox: files need ABI 2, \
abstract needs ABI 6, signals need ABI 6" "and does not count"
without retval=3 --dry-run true
t_like "$out" 'limits +files .*missing +abstract needs ABI 6, signals need ABI 6' "ABI 3 has no scopes"
without retval=3 --require landlock:4 true
t_is "$status $err" "125 husk: --require landlock:4: this kernel has landlock's ABI 3" "a later one can be required"
without retval=3 --tcp-bind 80 true
t_is "$status $err" "125 husk: --tcp-bind 80: needs Landlock's ABI 4 (Linux 6.7), and this kernel has 3" "TCP needs ABI 4"
without retval=6 --require landlock:6 --dry-run true
t_like "$status $out" '^0 .*limits +files, abstract, signals' "ABI 6 has all of it"
without retval=4711 --dry-run --require landlock:4711 true
t_like "$status $out" '^0 .*limits +files, abstract, signals' "one that is not known yet is taken for the latest that is"

if ! "$HUSK" --require landlock:4 true 2> /dev/null; then
    t_run "$HUSK" --require landlock:4 echo ran
    t_is "$status $out" "125 " "this kernel cannot do TCP"
    t_done
fi
sandbox=("$HUSK" -n host --tcp-connect 1-3 echo ran)
t_run strace -f -o "$T/trace" -e trace=landlock_create_ruleset,landlock_add_rule,landlock_restrict_self "${sandbox[@]}"
t_is "$out" ran "the calls are counted"
for call in landlock_create_ruleset landlock_add_rule landlock_restrict_self; do
    most=$(grep -c " $call(" "$T/trace")
    t_ok "$call is made" test "$most" -gt 0
    : > "$T/wrong"
    for ((number = 1; number <= most; number++)); do
        # strace counts for each process: the first one is of the launcher, all others are the child's.
        [ $call = landlock_create_ruleset ] && when=1 || when=$number
        t_run strace -f -o /dev/null -e trace=$call -e inject=$call:error=ENOMEM:when=$when "${sandbox[@]}"
        if [ -n "$out" ] || [ "$status" != 125 ] || [[ $err != husk:* ]]; then
            echo "$number: $status $out $err" >> "$T/wrong"
        fi
    done
    t_is "$(< "$T/wrong")" "" "an error of $call, any of $most: nothing runs"
done
t_done
