#!/usr/bin/env bash
# What Landlock holds where no mount does: a file that was handed in to be read is not written, and a folder
# of the host that somebody passes in gives nothing. Each works without it.
# vm: 6.1 6.12
. "${0%/*}/../lib.sh" || exit
t_need python3
echo old > "$T/file"
mkdir "$T/folder"
echo secret > "$T/folder/file"

# What /proc/self/fd/N stands for is looked up by no path, so no mount of the sandbox is on the way.
again='echo new > /proc/self/fd/0'
# A socket that the sandbox is shown: its other end sends fds of a folder of the host.
cat > "$T/send.py" << 'END'
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1] + ".new")
s.listen()
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    c = s.accept()[0]
    socket.send_fds(c, [b"x"], [os.open(sys.argv[2], os.O_RDONLY), os.open(sys.argv[2], os.O_PATH)])
    c.close()
END
cat > "$T/receive.py" << 'END'
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
for fd in socket.recv_fds(s, 10, 2)[1]:
    for name, what in (
        ("read", lambda: os.read(os.open("file", os.O_RDONLY, dir_fd=fd), 9)),
        ("write", lambda: os.open("new", os.O_WRONLY | os.O_CREAT, dir_fd=fd) > 0),
        ("list", lambda: os.listdir(fd if sys.argv[2:] else "/proc/self/fd/%d" % fd)),
        ("climb", lambda: os.open("../../../etc/shadow", os.O_RDONLY, dir_fd=fd)),
        ("run", lambda: os.execve("/proc/self/fd/%d/program" % fd, ["x"], {})),
    ):
        try:
            what()
            print("could", name)
        except OSError as e:
            print("not", name, e.strerror)
END
mkdir "$T/shown"
/usr/bin/python3 "$T/send.py" "$T/shown/socket" "$T/folder" &
t_wait test -S "$T/shown/socket"
receive=(-r "$T/shown" --ro-bind "$T/receive.py" /receive.py /usr/bin/python3 /receive.py "$T/shown/socket")

t_run "$HUSK" --landlock none sh -c "$again" < "$T/file"
t_is "$status $(< "$T/file")" "0 new" "without Landlock, a file that is open for reading can be written"
t_run "$HUSK" --landlock none "${receive[@]}"
t_like "$out" 'could read.could write' "and a folder that is passed in gives all that is below it"
t_ok "also to be written" test -e "$T/folder/new"
rm -f "$T/folder/new"
echo old > "$T/file"

if ! "$HUSK" --require landlock true 2> /dev/null; then
    t_run "$HUSK" --require landlock true
    t_is "$status $out" "125 " "this kernel cannot: --require landlock says so"
    t_like "$err" '^husk: --require landlock: landlock is not part of this sandbox: (it is not in this kernel|files need ABI 2)' \
        "and why"
    t_run "$HUSK" -v sh -c "$again" < "$T/file"
    t_like "$err" 'not: .*landlock [(]' "and --verbose says that it is missing"
    t_done
fi

t_run "$HUSK" sh -c "$again" < "$T/file"
t_is "$status $(< "$T/file")" "2 old" "with it the file cannot be written"
t_run "$HUSK" sh -c 'cat /proc/self/fd/0; echo more >> /proc/self/fd/1' < "$T/file"
t_is "$out" "old
more" "but read again, and an output written again"
"$HUSK" --landlock none sh -c 'exec 3>&1; cat /proc/self/fd/3 >&2' >> "$T/file" 2> "$T/err"
t_is "$? $(< "$T/err")" "0 old" "(without it, an output is read)"
"$HUSK" sh -c 'exec 3>&1; cat /proc/self/fd/3 >&2' >> "$T/file" 2> "$T/err"
t_like "$? $(< "$T/err")" '^1 .*Permission denied$' "nor is an output read"
t_run "$HUSK" -w "$T/file" sh -c "$again" < "$T/file"
t_is "$status $(< "$T/file")" "0 new" "where the tree has the same file, writable, it can be written"
t_run "$HUSK" --keep-fd 3 sh -c 'ls /proc/self/fd/3/ && echo x > /proc/self/fd/3/made' 3< "$T/folder"
t_is "$status $out $(cat "$T/folder/made")" "0 file x" "a folder that was handed in at the start counts as asked for"
t_run "$HUSK" -p none --ro-bind / / --unshare-user --disable-userns --cap-drop ALL --landlock all sh -c 'cat <&5; ls /proc/self/fd/6/' \
    5< "$T/folder/file" 6< "$T/folder"
t_is "$out" "secret
file
made" "so without --close-fds"
rm "$T/folder/made"

t_run "$HUSK" "${receive[@]}"
t_unlike "$out" 'could (read|write|list|climb|run)' "what was passed in later gives nothing"
t_is "$(grep -c '^not read Permission denied$' <<< "$out")" 2 "however it is open"
t_fail "and nothing was made there" test -e "$T/folder/new"
t_done
