#!/usr/bin/env bash
# Profile shell: an interactive bash on a terminal, with a prompt, job control, keys that send
# signals, and sizes; it keeps no history.
. "${0%/*}/../lib.sh" || exit
t_need python3

export HOME=$T/home
mkdir "$HOME" "$T/work"
echo kept > "$HOME/.bash_history"
cd "$T/work" || exit 1

cat > "$T/typist.py" << 'END'
import fcntl, os, pty, re, select, struct, sys, termios

pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
screen, seen = "", 0

def resize(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

def wait(name, pattern):
    global screen, seen
    while not (found := re.search(pattern, screen[seen:])):
        data = b""
        if select.select([terminal], [], [], 60)[0]:
            try:
                data = os.read(terminal, 4096)
            except OSError:
                pass # EIO: everybody has closed the other end
        if not data:
            print("not", name, repr(screen[seen:]))
            os.kill(pid, 9)
            sys.exit(1)
        screen += data.decode("utf-8", "replace")
    seen += found.end()

# What is awaited must not be in what was typed: that is echoed as well.
def expect(name, pattern):
    wait(name, pattern)
    print(name, flush=True)

# A key is pressed only when the program that it is for is known to run: the shell changes the terminal's
# mode before and after.
def key(text):
    os.write(terminal, text.encode())

def command(text):
    wait("the prompt", "ready> ")
    key(text + "\n")

resize(24, 80)
key("PS1='ready''> '\n")
command("echo $((6 * 7))-${-}-")
expect("it runs a command, interactively", r"42-[a-zA-Z]*i[a-zA-Z]*-")
command("[ -t 0 ] && [ -t 1 ] && stty size | tr ' ' x")
expect("it has a terminal of the right size", "24x80")
command("bash -c 'trap \"stty size | tr \\  x; exit\" WINCH; echo up-$((1 + 1)); while sleep 0.01; do :; done'")
expect("a program waits for another size", "up-2\r\n")
resize(50, 132)
expect("which is told to it", "50x132\r\n")
command("echo $LINES-by-$COLUMNS")
expect("and to the shell", "50-by-132")

command("bash -c 'echo on-$((1 + 2)); cat'")
expect("a job in the foreground", "on-3\r\n")
key("line\n")
expect("it reads from the terminal", r"line\r\nline\r\n")
key("\x1a")
expect("Ctrl-Z stops it", r"\[1\]\+ +Stopped +bash -c")
command("jobs")
expect("the shell goes on", r"\[1\]\+ +Stopped +bash -c")
command("fg")
expect("fg continues it", r"fg\r\nbash -c [^\n]*\n")
key("again\n")
expect("it is in the foreground again", r"again\r\nagain\r\n")
key("\x04")
command("sleep 1000 & kill $!; wait $! 2> /dev/null; echo $?-waited")
expect("a job in the background", "143-waited")
command("bash -c 'echo now-$((1 + 2)); exec sleep 1000'")
expect("a command that would take long", "now-3")
key("\x03")
command("echo after-$?")
expect("Ctrl-C ends it, not the shell", "after-130")
command("bash -c 'echo $((3 * 3))-and; kill -STOP $$'; echo back-$((2 * 5)); kill -KILL %1; wait")
expect("a program may stop itself", "9-and(.|\n)*Stopped(.|\n)*back-10")

command("echo $HISTFILE-$LESSHISTFILE; ls -A ~ | wc -l")
expect("no history file, an empty home", r"/dev/null-/dev/null\r\n0\r\n")
command("history -w; exit 7")
print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END

T_TIMEOUT=100 t_run python3 "$T/typist.py" "$HUSK" -p shell bash --norc -i
said=$out
mapfile -t steps < <(sed -n 's/^expect("\([^"]*\)".*/\1/p' "$T/typist.py")
for step in "${steps[@]}" "status 7"; do
    t_ok "$step" grep -qxF -- "$step" <(printf '%s\n' "$said")
done
t_unlike "$said" '(^|
)not ' "nothing was awaited in vain"
t_is "$(ls -A "$HOME"):$(cat "$HOME/.bash_history")" ".bash_history:kept" "the home outside is as it was"

# The shells' own settings are there, which the default profile leaves out.
if [ -e /etc/bash.bashrc ]; then
    t_ok "bash.bashrc in profile shell" "$HUSK" -p shell test -r /etc/bash.bashrc
    t_fail "not in the default one" "$HUSK" test -e /etc/bash.bashrc
fi

t_done
