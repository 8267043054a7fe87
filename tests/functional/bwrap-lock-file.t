#!/usr/bin/env bash
# As bwrap: --lock-file holds a shared fcntl lock on a file inside, as long as COMMAND runs.
. "${0%/*}/../lib.sh" || exit
[ -x /usr/bin/python3 ] || t_skip_all "python3 is not installed"

# try KIND FILE: is a lock of that kind to be had (flock(1) takes others); with more words: they are
# run while it is held.
cat > "$T/try" << 'END'
import fcntl, subprocess, sys
f = open(sys.argv[2], "r+")
try:
    fcntl.lockf(f, getattr(fcntl, "LOCK_" + sys.argv[1]) | fcntl.LOCK_NB)
    print(sys.argv[1], "free", flush=True)
except OSError:
    print(sys.argv[1], "taken", flush=True)
if sys.argv[3:]:
    sys.exit(subprocess.run(sys.argv[3:]).returncode)
END
export try="/usr/bin/python3 $T/try"
for options in "" "--unshare-pid" "--lock-file /dev/null"; do
    export options
    same_as_bwrap_sh "[$options] it is held, and shared" '
        mkfifo go done; echo > lock
        $B --dev-bind / / $options --lock-file "$W/lock" sh -c "echo > done; read -r _ < go; exit 7" &
        read -r _ < done
        $try EX lock; $try SH lock
        echo > go
        wait $!
        echo $?; $try EX lock'
done
same_as_bwrap_sh "two of them" '
    mkfifo go done; echo > lock; echo > lock2
    $B --dev-bind / / --lock-file "$W/lock" --lock-file "$W/lock2" sh -c "echo > done; read -r _ < go" &
    read -r _ < done
    $try EX lock; $try EX lock2
    echo > go
    wait'
same_as_bwrap_sh "its path is one inside" 'echo > lock; $B $SYS --bind . /x --lock-file /x/lock echo run'

# bwrap starts COMMAND in these cases, and then fails.
echo > "$T/lock"
# shellcheck disable=SC2086 # words
t_run "$BWRAP_HUSK" $SYS --lock-file "$T/lock" echo run
t_is "$status $out $err" "1  bwrap: Unable to open lock file $T/lock: No such file or directory" \
    "one that is only on the host"
# shellcheck disable=SC2086 # words
t_run $try EX "$T/lock" "$BWRAP_HUSK" --bind / / --lock-file "$T/lock" echo run
t_is "$status $out $err" "1 EX free bwrap: Unable to lock file $T/lock: Resource temporarily unavailable" \
    "one that is taken"

t_done
