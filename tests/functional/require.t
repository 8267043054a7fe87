#!/usr/bin/env bash
# --require FEATURE: husk stops where it does not protect. --verbose says in one line what does.
# vm: 6.12
. "${0%/*}/../lib.sh" || exit

none=(-p none --bind / / --dev-bind /dev /dev)
features=$(sed -n 's/^FEATURE("\([^"]*\)".*/\1/p' "$SRCDIR/src/plan/features.def")
t_ok "there is a table" test "$(wc -l <<< "$features")" -gt 10

# The options that bring each one, to a sandbox that has none of them.
declare -A brings=(
    [userns]=--unshare-user [pidns]=--unshare-pid [netns]=--unshare-net [ipcns]=--unshare-ipc [utsns]=--unshare-uts
    [cgroupns]=--unshare-cgroup [timens]=--unshare-time [no-userns]="--unshare-user --disable-userns"
    [no-capabilities]="--unshare-user --cap-drop ALL" [seccomp]="--seccomp-profile default"
    [landlock]="--landlock files --unshare-user --disable-userns --cap-drop ALL"
)
for feature in $features; do
    case $feature in
    no-new-privs)
        t_ok "$feature is always there" "$HUSK" "${none[@]}" --require "$feature" true
        continue
        ;;
    landlock)
        "$HUSK" --require landlock true 2> /dev/null || brings[landlock]='' # see landlock-missing.t
        ;;
    apparmor | selinux) ;; # see apparmor.t and bwrap-labels.t
    userns | no-capabilities) # which an ordinary user has in any case
        [ "$(id -u)" = 0 ] || {
            t_ok "$feature is there" "$HUSK" "${none[@]}" --require "$feature" true
            continue
        }
        ;;
    esac
    t_run "$HUSK" "${none[@]}" --require "$feature" echo ran
    t_is "$status $out" "125 " "without $feature nothing runs"
    t_like "$err" "^husk: --require $feature: $feature is not part of this sandbox" "and why"
    if [ -n "${brings[$feature]:-}" ]; then
        # shellcheck disable=SC2086 # words
        t_ok "with ${brings[$feature]} there is $feature" "$HUSK" "${none[@]}" ${brings[$feature]} --require "$feature" true
    fi
done

t_ok "several" "$HUSK" --require pidns --require netns --require no-userns --require seccomp true
t_run "$HUSK" --require pidns --require timens echo ran
t_is "$status $out" "125 " "each of them counts"
t_run "$HUSK" --require pidn true
t_is "$status" 125 "an unknown one is an error"
t_like "$err" "^husk: --require pidn: there is no such feature; there are userns, pidns, .*, landlock, " "which names all"
for word in '' landlock: landlock:x landlock:0 landlock:-1 seccomp:1 pidns: :1; do
    t_run "$HUSK" --require "$word" --landlock none true
    t_is "$status" 125 "not a feature: '$word'"
done
mkdir -p "$T/husk/profiles"
echo 'require timens' > "$T/husk/profiles/need.profile"
t_run env XDG_CONFIG_HOME="$T" "$HUSK" -p need true
t_like "$status $err" '^125 husk: .*need.profile:1:1: require timens: timens is not part' "a profile can require"

t_run "$HUSK" -v true
t_like "$err" '^husk: active: userns, pidns, netns, ipcns, utsns, cgroupns, no-userns, no-capabilities, no-new-privs, seccomp default[,;]' \
    "--verbose says what is active"
t_like "$err" '; not: (landlock .*, )?timens, (landlock .*, )?apparmor, selinux$' "and what is not"
t_is "$(wc -l <<< "$err")" 1 "in one line"
t_run "$HUSK" true
t_is "$err" "" "without it nothing is said"
t_run "$HUSK" -p none -v --bind / / true
t_like "$err" '; not: .*pidns, netns' "of profile none too"
t_run "$HUSK" --dry-run --require timens true
t_is "$status" 125 "a dry run checks it as well"
t_run "$BWRAP_HUSK" --require pidns true
t_is "$status $err" "1 bwrap: Unknown option --require" "not as bwrap"
t_done
