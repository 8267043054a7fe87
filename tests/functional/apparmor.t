#!/usr/bin/env bash
# --apparmor-profile: the command is in it, from its start on; where AppArmor is off, or has no such profile, that
# is an error.
# vm: 6.1 6.12
. "${0%/*}/../lib.sh" || exit

for name in '' 'a b' $'a\nb' ' a'; do
    t_run "$HUSK" --apparmor-profile "$name" echo ran
    t_is "$status $out" "125 " "not a name: '${name//$'\n'/newline}'"
    t_like "$err" ': the name of a profile is wanted$' "which is said"
done
t_run "$HUSK" --require apparmor echo ran
t_is "$status $out" "125 " "without it --require apparmor is an error"
t_is "$err" "husk: --require apparmor: apparmor is not part of this sandbox" "which says so"
t_run "$BWRAP_HUSK" --apparmor-profile x true
t_is "$status $err" "1 bwrap: Unknown option --apparmor-profile" "bwrap has no such option"

nosuch=husk-test-nosuch-$$
label=$(cat /proc/self/attr/apparmor/current 2> /dev/null)
t_run "$HUSK" --apparmor-profile $nosuch echo ran
t_is "$status $out" "125 " "nothing runs without the profile"
if [ -z "$label" ]; then
    t_is "$err" "husk: --apparmor-profile $nosuch: AppArmor is off here, or not in this kernel" "AppArmor is off: which is said"
    t_run "$HUSK" --require apparmor --apparmor-profile $nosuch echo ran
    t_is "$status $out" "125 " "nor with --require"
    t_done
fi
t_like "$err" "^husk: changing to the AppArmor profile $nosuch [(]--apparmor-profile ${nosuch}[)]: No such file or directory" \
    "that it is not loaded is said"
t_like "$err" 'hint: .*apparmor_parser -r' "and how it is loaded"
t_run "$HUSK" --dry-run --apparmor-profile $nosuch true
t_like "$status $out" "^0 .*AppArmor +$nosuch +[(]--apparmor-profile ${nosuch}[)]" "--dry-run shows it"

# Debian's package has profiles that are always loaded; root makes one.
candidates=(lsb_release nvidia_modprobe)
if [ "$(id -u)" = 0 ] && command -v apparmor_parser > /dev/null; then
    printf 'profile husk-test-%s flags=(attach_disconnected) { file, unix, signal, }\n' $$ > "$T/profile"
    t_ok "a profile is loaded" apparmor_parser -K -r "$T/profile"
    candidates=("husk-test-$$")
    trap 'apparmor_parser -R "$T/profile"; t_cleanup' EXIT
fi
for profile in "${candidates[@]}" ''; do
    [ -n "$profile" ] || t_skip_all "no profile is loaded that could be tried"
    # By a pipe, since the profile may allow no file.
    t_run bash -c 'set -o pipefail; echo text | "$0" --apparmor-profile "$1" cat | cat' "$HUSK" "$profile"
    [[ $err == *No\ such\ file* ]] || break
done
t_is "$status $out" "0 text" "a command runs in $profile"

# labels WORD: of the processes that have WORD in their command line.
labels()
{
    local pid
    for pid in $(t_processes "$1"); do
        cat "/proc/$pid/attr/apparmor/current" 2> /dev/null
    done | sort -u
}
has_label()
{
    [[ $(labels "$1") == *"$2"* ]]
}
sleep 60 | "$HUSK" -v --require apparmor --apparmor-profile "$profile" --argv0 "$nosuch" cat 2> "$T/verbose" | cat &
t_wait has_label "$nosuch" "$profile (enforce)"
t_is "$?" 0 "the command is in it"
t_like "$(labels "$nosuch")" unconfined "husk itself is not"
t_like "$(< "$T/verbose")" "active: .*apparmor $profile" "--verbose says it"
kill %%
sleep 60 | "$HUSK" --argv0 "$nosuch-without" cat | cat &
t_wait has_label "$nosuch-without" ''
t_unlike "$(labels "$nosuch-without")" "$profile" "without the option it is not"
kill %%

t_done
