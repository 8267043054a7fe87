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
same_as_bwrap_sh "a folder, or a link" '
    mkdir lock; ln -s lock link
    for f in lock link; do $B --bind / / --lock-file "$W/$f" echo run; done'
same_as_bwrap_sh "a link of procfs" \
    '$B --bind / / --lock-file /proc/self/exe echo run'
same_as_bwrap_sh "a relative one starts where COMMAND does" '
    mkdir a; echo > a/lock
    $B --bind / / --lock-file lock --chdir "$W/a" echo run'
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

# As husk: a file or folder, and nothing that opening could wait for or do something to; bwrap would wait
# for somebody to write to a FIFO.
mkfifo "$T/fifo"
mkdir "$T/folder"
ln -s "$T/lock" "$T/link"
# shellcheck disable=SC2206 # words
none=(-p none --unshare-user --bind / / --dev /dev --proc /proc)
for file in "$T/fifo" /dev/null; do
    T_TIMEOUT=10 t_run "$HUSK" "${none[@]}" --lock-file "$file" echo run
    t_is "$status $out $err" "125  husk: lock file $file is neither a file nor a folder (--lock-file $file)" \
        "husk refuses ${file##*/}"
done
T_TIMEOUT=10 t_run "$BWRAP_HUSK" --bind / / --lock-file "$T/fifo" echo run
t_unlike "$status" 124 "as bwrap a FIFO is not waited for either"
for file in "$T/lock" "$T/folder" "$T/link"; do
    t_ok "husk takes a ${file##*/}" "$HUSK" "${none[@]}" --lock-file "$file" true
done
t_run "$HUSK" "${none[@]}" --lock-file /proc/self/fd/9 echo run 9< "$T/lock"
t_is "$status $out $err" \
    "125  husk: Unable to open lock file /proc/self/fd/9 (--lock-file /proc/self/fd/9): Too many levels of symbolic links" \
    "procfs's links lead nowhere"

t_done
