#!/usr/bin/env python3
"""terminal.py COMMAND [ARGS...] < SCRIPT: runs COMMAND in a terminal of its own and talks with it.

SCRIPT has one step a line; each "# NAME" starts a test point, which succeeds if its steps do:

    type TEXT      sends TEXT and a newline
    keys ^C ...    sends control characters; ^D, ^Z and so on
    see REGEX      waits until it is found in what was printed since the last thing that was seen
    size R C       resizes the terminal
    end STATUS     waits for the end of COMMAND: its exit status, or -N for signal N

Prints "ok NAME" or "not ok NAME" for each, and the whole conversation as "# " lines when one fails,
which is the last one then. Each wait lasts 30 s at most.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 30


class Failed(Exception):
    """A step that did not come true."""


class Terminal:
    def __init__(self, command):
        self.said, self.seen, self.status = "", 0, None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)
        self.size("24", "80")

    def size(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("4H", int(rows), int(columns), 0, 0))

    def type(self, text=""):
        os.write(self.fd, text.encode() + b"\n")

    def keys(self, *keys):
        for key in keys:
            os.write(self.fd, bytes([ord(key[1]) & 31]))

    def read(self):
        """What is printed within a moment; False when nobody has the terminal any more."""
        if not select.select([self.fd], [], [], 0.1)[0]:
            return True
        try:
            self.said += os.read(self.fd, 65536).decode(errors="replace")
        except OSError:
            return False
        return True

    def see(self, pattern):
        end = time.monotonic() + PATIENCE
        while True:
            found = re.compile(pattern, re.M).search(self.said, self.seen)
            if found:
                self.seen = found.end()
                return
            if not self.read() or time.monotonic() > end:
                raise Failed("not seen: " + pattern)

    def end(self, want):
        end = time.monotonic() + PATIENCE
        while not self.gone():
            if time.monotonic() > end:
                raise Failed("it does not end")
            if not self.read():
                time.sleep(0.02)
        while select.select([self.fd], [], [], 0)[0] and self.read():
            pass
        if self.status != int(want):
            raise Failed(f"it ended with {self.status} instead of {want}")

    def gone(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def close(self):
        """Who is still there loses the terminal, as when its window is closed."""
        os.close(self.fd)
        if not self.gone():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def points(lines):
    """[(NAME, [[VERB, REST], ...]), ...]"""
    found = []
    for line in filter(str.strip, lines):
        if line.startswith("# "):
            found.append((line[2:].strip(), []))
        else:
            found[-1][1].append(line.rstrip("\n").split(" ", 1))
    return found


def take(terminal, step):
    verb, rest = step[0], step[1] if len(step) > 1 else ""
    if verb in ("type", "see"):
        getattr(terminal, verb)(rest)
    elif verb in ("keys", "size", "end"):
        getattr(terminal, verb)(*rest.split())
    else:
        raise Failed("no such step: " + verb)


def talk(terminal, script):
    for name, steps in script:
        try:
            for step in steps:
                take(terminal, step)
        except (Failed, OSError) as reason:
            print("not ok " + name)
            print("# " + str(reason))
            print("\n".join("# | " + line for line in terminal.said.splitlines()))
            return 1
        print("ok " + name)
    return 0


def main():
    script = points(sys.stdin.readlines())
    terminal = Terminal(sys.argv[1:])
    try:
        return talk(terminal, script)
    finally:
        terminal.close()


if __name__ == "__main__":
    sys.exit(main())
