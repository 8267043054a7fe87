#!/usr/bin/env bash
# As bwrap: what COMMAND gets of signals and the umask: SIGCHLD at its default and unblocked, all else as
# it was.
. "${0%/*}/../lib.sh" || exit
[ -x /usr/bin/python3 ] || t_skip_all "python3 is not installed"

# with WHAT COMMAND...: runs it with SIGCHLD ignored or blocked, and others.
cat > "$T/with" << 'END'
import os, signal, sys
if sys.argv[1] == "ignored":
    for s in signal.SIGPIPE, signal.SIGUSR1, signal.SIGINT:
        signal.signal(s, signal.SIG_IGN)
if sys.argv[1] == "childless":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if sys.argv[1] == "blocked":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD, signal.SIGUSR1, signal.SIGALRM])
if sys.argv[1] == "default":
    for s in signal.SIGCHLD, signal.SIGPIPE, signal.SIGUSR1, signal.SIGINT, signal.SIGXFSZ:
        signal.signal(s, signal.SIG_DFL)
os.execv(sys.argv[2], sys.argv[2:])
END
export with="/usr/bin/python3 -S $T/with"
for options in "" "--unshare-pid" "--unshare-pid --as-pid-1" "--sync-fd 0"; do
    for what in default ignored blocked; do
        export options what
        same_as_bwrap_sh "[$options] $what" \
            '$with $what "$B" --ro-bind / / --proc /proc $options grep -E "^Sig(Blk|Ign|Cgt)" /proc/self/status'
    done
done
# Debian's bwrap waits for ever when SIGCHLD is ignored; newer ones reset it.
for options in "" "--unshare-pid" "--unshare-pid --as-pid-1" "--sync-fd 0"; do
    # shellcheck disable=SC2086 # words
    t_run $with childless "$BWRAP_HUSK" --ro-bind / / --proc /proc $options \
        sh -c 'grep ^SigIgn /proc/self/status; exit 3'
    t_is "$status $((0x${out##*[[:blank:]]} >> 16 & 1))" "3 0" "[$options] SIGCHLD is not ignored any more"
done
for mask in 022 077 000 0777; do
    export mask
    same_as_bwrap_sh "umask $mask" 'umask $mask; $B --ro-bind / / sh -c umask'
done

# A signal to bwrap does not reach COMMAND: husk passes it on, so that nothing is left behind.
t_run bash -c '
    mkfifo "$1/ready"
    "$0" --ro-bind / / --unshare-pid bash -c "trap \"exit 9\" TERM; echo; while :; do sleep 0.01; done" > "$1/ready" &
    read -r _ < "$1/ready"
    kill -TERM $!
    wait $!' "$BWRAP_HUSK" "$T"
t_is "$status" 9 "SIGTERM is passed on"

t_done
