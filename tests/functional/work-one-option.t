#!/usr/bin/env bash
# Each of -r, -w, -e and -n host opens exactly the one thing that it names.
. "${0%/*}/../lib.sh" || exit
t_need python3

export HOME=$T/home XDG_RUNTIME_DIR=$T/runtime TOKEN=secret OTHER=secret
mkdir -p "$HOME/.ssh" "$T/data/sub" "$T/more" "$T/work" "$T/runtime"
cd "$T/work" || exit 1
echo secret | tee "$HOME/.ssh/id" "$HOME/.profile" "$T/data/file" "$T/data/sub/file" "$T/more/file" \
    "$T/work/file" > /dev/null

cat > "$T/listen.py" << 'END'
import os, socket, sys, time
s = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w") as f:
    f.write(str(s.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    s.accept()[0].close()
END
python3 "$T/listen.py" "$T/port" &
t_wait test -e "$T/port"

# A line for each thing that can be reached; it is read from stdin, since its file could not be.
cat > "$T/probe.py" << 'END'
import os, socket, sys
top, port = sys.argv[1], int(sys.argv[2])

def reads(path):
    try:
        return open(path).read() == "secret\n"
    except OSError:
        return False

def writes(path):
    try:
        open(path, "a").close()
        name = os.path.join(os.path.dirname(path), "husk-test")
        open(name, "x").close()
        os.unlink(name)
        return True
    except OSError:
        return False

def connects():
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
        return True
    except OSError:
        return False

files = ["home/.ssh/id", "home/.profile", "data/file", "data/sub/file", "more/file", "work/file"]
for f in files:
    if reads(f"{top}/{f}"):
        print("reads", f)
    if os.path.exists(f"{top}/{f}") and writes(f"{top}/{f}"):
        print("writes", f)
for system in "/usr/bin/env", "/etc/nsswitch.conf", "/etc/shadow", "/etc/machine-id":
    if os.access(system, os.W_OK):
        print("writes", system)
for hidden in "/etc/shadow", "/etc/machine-id", "/sys/kernel", "/root", "/home", "/boot":
    if os.path.exists(hidden):
        print("sees", hidden)
if connects():
    print("connects")
for name in "TOKEN", "OTHER":
    if name in os.environ:
        print("has", name)
pids = [p for p in os.listdir("/proc") if p.isdigit()]
if len(pids) != 2:
    print("sees processes", pids)
caps = [l.split()[1] for l in open("/proc/self/status") if l.startswith("Cap")]
if set(caps) != {"0000000000000000"}:
    print("has capabilities", caps)
END

# opens WANT NAME OPTIONS...: with these, what is reached are the lines WANT.
opens()
{
    local want=$1 name=$2
    shift 2
    # shellcheck disable=SC2016 # for the inner shell
    t_run_quiet sh -c '"$@" < "$0"' "$T/probe.py" "$HUSK" "$@" python3 - "$T" "$(cat "$T/port")"
    t_is "$status$err:$out" "0:$want" "$name"
}
cwd='reads work/file'

t_run python3 "$T/probe.py" "$T" "$(cat "$T/port")"
for line in "reads data/file" "writes data/file" connects "has TOKEN" "sees processes"; do
    t_like "$out" "$line" "outside, the probe finds: $line"
done

opens "$cwd" "by default, only the current folder is read"
opens "$(printf '%s\n' 'reads data/file' 'reads data/sub/file' "$cwd")" "-r FOLDER" -r "$T/data"
opens "$(printf '%s\n' 'reads data/file' "$cwd")" "-r FILE" -r "$T/data/file"
opens "$(printf '%s\n' 'reads data/sub/file' "$cwd")" "-r SUBFOLDER, relative" -r ../data/sub
opens "$(printf '%s\n' 'reads home/.ssh/id' "$cwd")" "-r of a folder in HOME" -r "$HOME/.ssh"
opens "$(printf '%s\n' 'reads data/file' 'writes data/file' 'reads data/sub/file' 'writes data/sub/file' \
    "$cwd")" "-w FOLDER" -w "$T/data"
opens "$(printf '%s\n' 'reads data/sub/file' 'writes data/sub/file' "$cwd")" "-w SUBFOLDER" -w "$T/data/sub"
opens "$(printf '%s\n' 'reads work/file' 'writes work/file')" "-w ." -w .
opens "$(printf '%s\n' "$cwd" 'has TOKEN')" "-e VAR" -e TOKEN
opens "$(printf '%s\n' "$cwd" 'has TOKEN')" "-e VAR=VALUE" -e TOKEN=x
opens "$(printf '%s\n' "$cwd" 'connects')" "-n host" -n host
opens "" "--cwd hide" --cwd hide --chdir /
opens "$(printf '%s\n' 'reads work/file' 'writes work/file')" "--cwd write" --cwd write

t_done
