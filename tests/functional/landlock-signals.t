#!/usr/bin/env bash
# With Landlock's scope no signal leaves the sandbox: not by `kill 0', to the process group of husk's caller,
# and not where husk's pid namespace is the host's. Each does without it.
# vm: 6.1 6.12
. "${0%/*}/../lib.sh" || exit

# group OPTIONS...: a command that signals its own process group, of which a shell outside is part. Prints
# what came of both.
group()
{
    t_run setsid bash -c 'trap "echo outside was hit" USR1; "$0" "$@"; echo "status $?"' "$HUSK" "$@" \
        bash -c 'trap "echo inside was hit" USR1; kill -USR1 0'
}
# A sandbox with the host's pid namespace; the shell outside is number $1.
shared=(-p none --bind / / --unshare-user --dev-bind /dev /dev)

group --landlock none
t_like "$out" 'outside was hit' "without Landlock, kill 0 reaches the caller"
t_run bash -c 'trap "echo outside was hit" USR1; "$0" "$@" bash -c "kill -USR1 $$" 2>&1' "$HUSK" "${shared[@]}"
t_like "$out" 'outside was hit' "and so does kill, in the host's pid namespace"

if ! "$HUSK" --require landlock:6 true 2> /dev/null; then
    t_run "$HUSK" --require landlock:6 true
    t_is "$status" 125 "this kernel cannot: --require landlock:6 says so"
    t_like "$err" '^husk: --require landlock:6: (landlock is not part|this kernel has landlock.s ABI [1-5]$)' "and why"
    t_run "$HUSK" -v true
    t_like "$err" 'landlock [(](.*signals need ABI 6|it is not in this kernel)' "and --verbose says it"
    t_done
fi

group
t_like "$out" 'inside was hit' "with it kill 0 reaches the command itself"
t_unlike "$out" 'outside was hit' "and nobody outside"
t_run bash -c 'trap "echo outside was hit" USR1; "$0" "$@" bash -c "kill -USR1 $$" 2>&1' "$HUSK" "${shared[@]}" --landlock signals
t_like "$out" 'Operation not permitted' "in the host's pid namespace it is refused"
t_unlike "$out" 'outside was hit' "and does not arrive"
t_run "$HUSK" bash -c 'sleep 100 & kill -TERM $!; wait $!; echo $?'
t_is "$out" 143 "inside, signals are as always"
t_run "$HUSK" --landlock files,abstract bash -c 'exit 0'
t_is "$status" 0 "parts can be chosen"
group --landlock files,abstract
t_like "$out" 'outside was hit' "and what is not among them is not limited"
t_done
