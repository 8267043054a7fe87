#!/usr/bin/python3
"""Makes each system call of a launch fail, one at a time, and looks at what comes of it.

    sweep.py NAME FOLDER HUSK-AND-OPTIONS...      a part of a test: prints TAP points, not the plan

The launch runs tests/helpers/state as its command, which prints what the sandbox looks like from
inside. Each call that husk makes up to that is made to fail with each errno that matters for it. The
launch must then either

  - end with status 125 (as bwrap: 1) and a line on stderr, the command not run, or
  - give the very sandbox that it gives without a fault, if the list says so: `tolerated', in this
    folder, has a line for each such kind of call, with the reason.

Then each call that a kernel or a container may not know is missing altogether.

With SWEEP_LESS, the words of another launch with newlines between, only those calls are made to fail that
this launch has more than that one. In a word of the launch PORT is another number each time. With SWEEP_SHORT each fails once, with EPERM.

Nothing may be left behind: no process, and in FOLDER, where the launch has its files, no change. With "@" in FOLDER, which
is a number then in the options as well, each of the launches that are made at once has one of its own, and is looked after
by itself. A line of the list that this launch did not need is a failure too, if it names the launch.
"""

import collections
import concurrent.futures
import difflib
import errno
import fnmatch
import itertools
import os
import queue
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HELPERS = os.environ["HELPERS"]
EXIT_HUNG = 120
PORTS = itertools.count(8100)
TRIES = 5
MORE_RUNS = 4
NEVER = "0:511:1:1"  # a fault of no call that there is
JOBS = int(os.environ.get("SWEEP_JOBS", "2"))
NOT_MADE = 0.05  # of the faults at most, or one: calls that hang on time, or on another launch in that folder
SHOWN = 20  # failures that are shown in full

# What any call may answer: one as root, and the other one as a user.
ANY = ["ENOMEM"] if os.getuid() else ["EPERM"]

# What matters for a call besides.
OPENS = ["EMFILE", "EINTR"]
NEW = ["ENOSYS"]  # an older kernel, or the filter of a container
MAKES = ["ENOSPC"]
ERRNOS = {
    "clone3": NEW + ["EAGAIN", "ENOSPC"],
    "close_range": NEW,
    "dup2": OPENS,
    "fcntl": ["EMFILE"],
    "fsconfig": NEW,
    "fsmount": NEW + ["EMFILE"],
    "fsopen": NEW + OPENS,
    "ioctl": ["EINTR"],
    "landlock_create_ruleset": ["EOPNOTSUPP"],
    "mkdirat": MAKES,
    "mmap": [],
    "mount": MAKES,
    "mount_setattr": NEW + ["EBUSY"],
    "move_mount": NEW + MAKES,
    "newfstatat": [],
    "open": OPENS + MAKES,
    "open_tree": NEW + OPENS,
    "openat": OPENS + MAKES,
    "openat2": NEW + OPENS + MAKES + ["EAGAIN"],
    "pidfd_open": NEW + ["EMFILE"],
    "pidfd_send_signal": NEW,
    "poll": ["EINTR", "EAGAIN"],
    "prctl": ["EINVAL"],
    "read": ["EINTR", "EAGAIN", "EIO"],
    "recvmsg": ["EINTR", "EAGAIN", "ECONNRESET"],
    "seccomp": NEW,
    "sendmsg": ["EINTR", "EAGAIN"],  # EPIPE: the other side is dead
    "signalfd4": ["EMFILE"],
    "socketpair": ["EMFILE"],
    "statx": NEW,
    "symlinkat": MAKES,
    "vfork": ["EAGAIN"],
    "wait4": ["EINTR"],
    "waitid": ["EINTR"],
    "write": ["EINTR", "EAGAIN", "ENOSPC"],
}
# What is new in each run: pids where the launch has no pid namespace, the host's /tmp, IPv6 addresses that the kernel
# makes up. Lines with the others come in any order.
CHANGES = re.compile(r"^(NSpid:.*|pid \d+|file /tmp/.*|/proc/net/if_inet6: (fe80.*)?|fe80[0-9a-f]{28} .*)", re.MULTILINE)
INET6 = re.compile(r"[0-9a-f]{32} ")
# Those that do not return; that cannot fail by their man pages, or only for a wrong argument; close(2),
# which always closes; and what libc does for itself.
NO_FAULT = {"exit", "exit_group", "rt_sigreturn", "getuid", "geteuid", "getgid", "getegid", "getpid",
            "getppid", "gettid", "getpgid", "umask", "rt_sigaction", "rt_sigprocmask", "close",
            "arch_prctl", "set_tid_address", "brk", "clock_gettime"}

# How often the monitor makes them depends on time. They are swept where all of a launch is.
TIMED = {"poll", "madvise"}

Point = collections.namedtuple("Point", "process call n argument")


def call_names():
    """Numbers and names, as the kernel's headers have them."""
    text = subprocess.run(["cc", "-E", "-dM", "-include", "asm/unistd.h", "-x", "c", "/dev/null"],
                          capture_output=True, text=True, check=True).stdout
    return {int(n): name for name, n in re.findall(r"#define __NR_(\w+) (\d+)", text)}


def matches(text, patterns):
    """Does one of the PATTERNS, with commas between, match the whole of TEXT? With "!": none of them."""
    if patterns.startswith("!"):
        return not matches(text, patterns[1:])
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns.split(","))


class Rule:
    """A line of the list: LAUNCHES PROCESS CALL[:ARGUMENT] ERRNOS REASON. With "stricter: " as the reason's
    first word the sandbox may have something more, such as a mount that covers something; with "left: " a placeholder
    may be left in FOLDER; with "late: " before these it is of calls, or ends, that only some sweeps see."""

    def __init__(self, number, line):
        words = line.split(None, 4)
        self.number = number
        self.launches, self.process, call, self.errno, self.reason = words
        self.call, _, self.argument = call.partition(":")
        self.used = False

    def covers(self, point, name, fault):
        return (matches(str(point.process), self.process) and matches(name, self.call)
                and (not self.argument or matches(point.argument, self.argument))
                and matches(fault, self.errno))


def read_rules(launch):
    rules = []
    with open(os.path.join(HERE, "tolerated"), encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line.strip() and not line.startswith("#"):
                rules.append(Rule(number, line))
    return [r for r in rules if matches(launch, r.launches)]


def snapshot(folder):
    found = {}
    for path, folders, files in os.walk(folder):
        for name in folders + files:
            st = os.lstat(os.path.join(path, name))
            found[os.path.join(path, name)] = (st.st_mode, st.st_size)
    return found


class Launch:
    def __init__(self, name, folder, argv):
        self.name, self.folder = name, folder
        hosts = [os.readlink(f"/proc/self/ns/{n}") for n in sorted(os.listdir("/proc/self/ns"))]
        self.program = os.path.basename(argv[0])
        self.failed = 1 if self.program == "bwrap" else 125
        self.argv = argv + [os.path.join(HELPERS, "state")] + hosts
        self.environment = dict(os.environ, INJECT_PAYLOAD="state")
        self.names = call_names()
        self.rules = read_rules(name)
        self.before = {number: snapshot(self.folder_of(number)) for number in map(str, range(JOBS))}
        self.folders = queue.Queue()
        for number in self.before:
            self.folders.put(number)
        self.not_made = 0

    def folder_of(self, number):
        return self.folder.replace("@", number)

    def run(self, faults=(), argv=None, number="0"):
        """Status, stdout, stderr and the report's lines."""
        with tempfile.NamedTemporaryFile("r", prefix="husk-report.") as report:
            inject = [os.path.join(HELPERS, "inject"), "-r", report.name] + ["-q"] * bool(faults)
            if "SWEEP_USER" in os.environ:
                inject += ["-u", os.environ["SWEEP_USER"]]
            if "SWEEP_LESS" in os.environ:
                inject.append("-o")
            for fd in os.environ.get("SWEEP_FDS", "").split():
                inject += ["-i", fd]
            for fault in faults:
                inject += ["-f", fault]
            port = str(next(PORTS))
            argv = [word.replace("PORT", port).replace(self.folder, self.folder_of(number)) for word in argv or self.argv]
            done = subprocess.run(inject + argv, stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, errors="replace", env=self.environment, check=False)
            lines = report.read().splitlines()
            out = CHANGES.sub("", done.stdout).replace(self.folder_of(number), self.folder)
            out = [line for line in out.splitlines() if line]
            out.sort(key=lambda line: line if INET6.match(line) else "")
            out += [line for line in lines if line.startswith("cgroup ")]
            return done.returncode, out, done.stderr, lines

    def points(self):
        """Each call up to the command that is to fail, and what the command prints then."""
        points = self.calls()
        for _ in range(MORE_RUNS):  # the guardian goes on beside the launch: how far is another thing each time
            known = {p[:3] for p in points}
            points += [p for p in self.calls() if p[:3] not in known and "SWEEP_LESS" not in os.environ]
        less = os.environ.get("SWEEP_LESS")
        if less:
            words = less.split("\n") + self.argv[self.argv.index(os.path.join(HELPERS, "state")):]
            points = news(self.calls(words), points)
            points = [p for p in points if p.process or self.names[p.call] not in TIMED]
        return points, self.whole([NEVER])[1]

    def whole(self, faults=(), argv=None):
        """As run, of a launch that nothing is wrong with."""
        done = self.run(faults, argv)
        if done[0] != 0 or "payload" not in done[3]:
            raise SystemExit(f"Bail out! without a fault: status {done[0]}, {done[2]}")
        return done

    def calls(self, argv=None):
        found = []
        for line in self.whole(argv=argv)[3]:
            words = line.split(" ", 5)
            if words[0] != "call" or self.names[int(words[2])] in NO_FAULT:
                continue
            found.append(Point(int(words[1]), int(words[2]), int(words[3]), words[5] if len(words) > 5 else ""))
        return without_loader(found, self.names) if "SWEEP_LESS" in os.environ else found

    def jobs(self, points):
        """What to do: a point and an errno; then the calls that are missing."""
        jobs = []
        if "SWEEP_SHORT" in os.environ:
            return [(point, "EPERM") for point in points]
        for point in points:
            errnos = ANY + ERRNOS.get(self.names[point.call], [])
            jobs += [(point, fault) for fault in dict.fromkeys(errnos)]
        calls = {p.call for p in points if "ENOSYS" in ERRNOS.get(self.names[p.call], [])}
        return jobs + [(Point("*", call, "*", ""), "ENOSYS") for call in sorted(calls)]

    def run_with(self, fault, number):
        """Not each run makes each call."""
        for _ in range(TRIES):
            done = self.run([fault], number=number)
            if "fault" in done[3]:
                break
        return done

    def left_behind(self, number):
        """What is another one in the folder than before. What is new is removed, if it is a folder."""
        before, now = self.before[number], snapshot(self.folder_of(number))
        new = [path for path in now if path not in before]
        for path in sorted(new, reverse=True):
            if os.path.isdir(path):
                os.chmod(path, 0o700)
                os.rmdir(path)
        return new + [path for path in before if now.get(path) != before[path]]

    def verdict(self, point, fault, wanted):
        """None, or what is wrong."""
        number = self.folders.get()
        try:
            done = self.run_with(f"{point.process}:{point.call}:{point.n}:{getattr(errno, fault)}", number)
            left = self.left_behind(number) if "@" in self.folder else []
        finally:
            self.folders.put(number)
        wrong = self.judge(point, fault, wanted, *done)
        if wrong or not left:
            return wrong
        return self.tolerated(point, fault, f"left behind: {left}", "left: ")

    def judge(self, point, fault, wanted, status, out, err, report):
        if "fault" not in report:
            self.not_made += 1
            return None
        lines = [line for line in err.splitlines() if line.startswith(self.program + ": ")]
        if "hung" in report or status == EXIT_HUNG:
            return "it did not end, or left a process"
        if "payload" not in report:
            if out:
                return f"the command did not run, and yet: {out[:3]}"
            if status != self.failed:
                return f"the command did not run, status {status}: {err[:300]}"
            return None if lines else f"not a word of why: {err[:300]}"
        if status == self.failed and lines:
            return self.tolerated(point, fault, "started, then ended by husk")
        if status == 0 and out != wanted and all(line in out for line in wanted):
            return self.tolerated(point, fault, "with something more", "stricter: ")
        if status != 0 or out != wanted:
            return f"another sandbox, status {status}: {difference(wanted, out)} {err[:300]}"
        return self.tolerated(point, fault, "as without the fault")

    def tolerated(self, point, fault, what, reason=""):
        for rule in self.rules:
            if reason in rule.reason and rule.covers(point, self.names[point.call], fault):
                rule.used = True
                return None
        return f"not in the list: {what}"


def news(old, new):
    """The points of NEW that OLD does not have, process by process."""
    found = []
    for process in sorted({p.process for p in new}):
        sides = [[p for p in side if p.process == process] for side in (old, new)]
        words = [[(p.call, p.argument) for p in side] for side in sides]
        for kind, _, _, first, last in difflib.SequenceMatcher(None, *words, autojunk=False).get_opcodes():
            found += sides[1][first:last] if kind in ("insert", "replace") else []
    return found


def without_loader(points, names):
    """Without what the dynamic linker does in a process, from its execve to the munmap(2) of its cache: it ends with a
    line and status 127, or goes on."""
    found = []
    for process in {p.process for p in points}:
        own = [p for p in points if p.process == process]
        calls = [names[p.call] for p in own]
        libraries = [i for i, p in enumerate(own) if names[p.call] == "openat" and ".so." in p.argument]
        if libraries and "execve" in calls:
            del own[calls.index("execve") + 1:calls.index("munmap", libraries[-1]) + 1]
        found += own
    return found


def difference(wanted, got):
    missing = [line for line in wanted if line not in got]
    new = [line for line in got if line not in wanted]
    return f"lost {missing[:3]}, got {new[:3]}"


def main():
    launch = Launch(sys.argv[1], sys.argv[2], sys.argv[3:])
    points, wanted = launch.points()
    step = int(os.environ.get("SWEEP_STEP", "1"))
    jobs = launch.jobs(points)[::step]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        results = list(pool.map(lambda j: launch.verdict(j[0], j[1], wanted), jobs))
    failures = [f"{p.process} {launch.names[p.call]}#{p.n} {p.argument} {f}: {r}"
                for (p, f), r in zip(jobs, results) if r]
    if launch.not_made > max(1, NOT_MADE * len(jobs)):
        failures.append("too many faults were not made")
    print(f"# {launch.name}: {len(points)} calls, {len(jobs)} faults, {launch.not_made} of them not made, "
          f"{len(failures)} failures")
    for line in failures if os.environ.get("SWEEP_ALL") else failures[:SHOWN]:
        print("#", line.replace("\n", " | "))
    # Of a part of a launch, only the lines that name it are asked for.
    unused = [r for r in launch.rules if not r.used and step == 1 and not r.reason.startswith("late: ")
              and not ("SWEEP_LESS" in os.environ and r.launches[0] in "*!")]
    for rule in unused:
        print(f"# tolerated:{rule.number}: no longer needed: {rule.call}:{rule.argument} {rule.errno}")
    left = any(snapshot(launch.folder_of(number)) != before for number, before in launch.before.items())
    print(f"RESULT {len(points)} {len(jobs)} {len(failures)} {len(unused)} {int(left)}")


main()
