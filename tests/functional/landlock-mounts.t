#!/usr/bin/env bash
# In a Landlock domain that is about files nobody mounts. So it is not about files where the command may: what
# the mounts are for goes on. Said, and an error where it was required.
# vm: 6.1 6.12
. "${0%/*}/../lib.sh" || exit

sandbox=(-p none --bind / / --dev-bind /dev /dev --unshare-user)
t_run_quiet "$HUSK" "${sandbox[@]}" --landlock all unshare --user --map-root-user --mount mount -t tmpfs none /tmp
t_is "$status $err" "0 " "a command that can make a user namespace can mount there"
t_run_quiet "$HUSK" "${sandbox[@]}" --unshare-pid --cap-add ALL --landlock all mount -t tmpfs none /tmp
t_is "$status $err" "0 " "one with capabilities can mount"
t_run_quiet "$HUSK" "${sandbox[@]}" --landlock all --seccomp-profile nested "$HUSK" -p default -w / true
t_is "$status $err" "0 " "a sandbox in the sandbox works"
if [ -n "$BWRAP" ]; then
    t_run_quiet "$HUSK" "${sandbox[@]}" --landlock all "$BWRAP" --unshare-all --ro-bind / / --proc /proc --dev /dev true
    t_is "$status $err" "0 " "so does bwrap in it"
fi
t_run_quiet "$HUSK" "${sandbox[@]}" --landlock all --require landlock true
t_is "$status" 125 "it does not count as landlock then"
t_like "$err" '^husk: --require landlock: landlock is not part of this sandbox: (it is not in this|not files, since the command may mount|files need)' "and why"
t_run "$HUSK" --require landlock --cap-add SYS_ADMIN true
t_is "$status" 125 "nor with CAP_SYS_ADMIN"

"$HUSK" --require landlock:6 true 2> /dev/null || {
    t_run "$HUSK" --require landlock:6 true
    t_is "$status" 125 "this kernel has no scopes"
    t_done
}
t_run "$HUSK" -v "${sandbox[@]}" --landlock all true
t_like "$err" 'active: .*landlock [0-9]+ [(]abstract, signals[)].*not: .*landlock [(]not files, since the command may mount[)]' \
    "the scopes stay, and --verbose says what does not"
t_run_quiet "$HUSK" "${sandbox[@]}" --landlock all --cap-drop ALL --disable-userns -v true
t_like "$err" 'landlock [0-9]+ [(]files, abstract, signals[)]' "with --disable-userns and no capability it is about files"

# What husk itself does is not in the domain.
t_run "$HUSK" --unshare-pid --lock-file /usr/bin/env --timeout 20 sh -c 'exit 7'
t_is "$status" 7 "its reaper, locks and clock work"
t_run "$HUSK" "$HUSK" true
t_is "$status" 125 "in profile default there is no sandbox in the sandbox, as without it"
t_done
