#!/usr/bin/env bash
# husk's status is the command's, 128 and the signal that ended it, or one of husk's own: 125 when husk
# failed, 126 when the command could not be executed, 127 when it was not found. It ends with the command.
. "${0%/*}/../lib.sh" || exit
[ -x "$HELPERS/signals" ] || t_skip_all "the test programs are not built"
ulimit -c 0

sandbox=("$HUSK" -p none --unshare-user --ro-bind / / --proc /proc)
word=status-$$-$RANDOM
PATH=/usr/bin:/bin # a folder that may not be searched would be the reason
for how in "" --unshare-pid "--unshare-pid --as-pid-1" "--unshare-pid --die-with-parent" "--sync-fd 0" --new-session; do
    read -ra words <<< "$how"
    for number in 0 1 2 7 124 125 126 127 128 137 255; do
        t_run "${sandbox[@]}" "${words[@]}" sh -c "exit $number"
        t_is "$status/$err" "$number/" "[$how] status $number"
    done
    for signal in HUP INT QUIT ILL ABRT FPE KILL SEGV PIPE ALRM TERM USR1 XCPU RTMIN+3; do
        # The kernel protects pid 1 from signals of its own namespace.
        [[ $how != *as-pid-1 ]] || continue
        number=$(kill -l "$signal")
        t_run "${sandbox[@]}" "${words[@]}" "$HELPERS/signals" raise "$number"
        t_is "$status" $((128 + number)) "[$how] killed by SIG$signal"
    done
done
t_run "$HUSK" sh -c 'exit 42'
t_is "$status" 42 "profile default: status 42"
t_run "$HUSK" bash -c 'kill -TERM $$; sleep 60'
t_is "$status" 143 "profile default: killed by SIGTERM"

# Failures: the command did not run.
mkdir "$T/folder"
echo 'echo as a script' > "$T/text"
printf '#!/absent/interpreter\n' > "$T/orphan"
cp "$T/text" "$T/closed"
chmod +x "$T/text" "$T/orphan"
# failed STATUS NAME REGEX WORDS...
failed()
{
    local number=$1 name=$2 regex=$3
    shift 3
    t_run "${sandbox[@]}" "$@"
    t_is "$status" "$number" "$name: $number"
    t_like "$err" "$regex" "and it is said"
    t_run "$BWRAP_HUSK" --ro-bind / / "$@"
    t_is "$status" 1 "$name, as bwrap: 1"
}
failed 127 "a command that is not there" 'No such file' "absent-$word"
failed 127 "a path that is not there" 'No such file' "/absent/$word"
failed 127 "an empty command" 'No such file' ""
failed 127 "a script without its interpreter" 'No such file' "$T/orphan"
failed 126 "a folder" 'Permission denied' "$T/folder"
failed 126 "a file that is no program" 'Permission denied' "$T/closed"
failed 125 "a source that is not there" 'No such file' --bind "/absent/$word" /mnt true
failed 125 "an option that is not there" 'nknown option' --absent true
failed 125 "no command" '.' --unshare-user
t_run "${sandbox[@]}" "$T/text"
t_is "$status/$out" "0/as a script" "a text without #! is the shell's, as execvp has it"

# It ends with the command: what is left in its pid namespace ends too, and holds no pipe.
sandbox+=(--unshare-pid --dev /dev)
# shellcheck disable=SC2016 # it is the inner shell's
t_is "$("${sandbox[@]}" bash -c '(exec -a "$1" sleep 1000) & setsid sleep 1000 & echo started; exit 3' sh "$word")" \
    started "who reads its output is done when the command is"
t_wait t_gone "$word"
t_is "$(t_processes "$word")" "" "what it started is gone"
t_run "${sandbox[@]}" sh -c '(trap "" TERM HUP INT; while :; do sleep 1; done) & exit 5'
t_is "$status" 5 "also what ignores signals"

# A command that stops has not ended.
"${sandbox[@]}" sh -c 'kill -STOP $$; exit 4' "$word" &
husk=$!
stopped()
{
    [[ $(< "/proc/$husk/stat") == *") T "* ]]
}
t_wait stopped
kill -CONT $husk
wait $husk
t_is $? 4 "a command that stops has not ended"
t_done
