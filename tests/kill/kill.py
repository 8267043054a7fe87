#!/usr/bin/python3
"""Ends each process of a launch, in several ways, while it is at each of its stages, and looks at what comes of it.

    kill.py FOLDER NAME=PROCESS... -- HUSK-AND-OPTIONS...     a part of a test: see kill.sh

A stage is a system call that some process of the launch is about to make, or one of two moments of the
command (tests/helpers/strike.c). PROCESS is a path as strike has it; NAMEs are those of ACTIONS.

Each "@" in FOLDER and the options is a number: launches at the same time have folders of their own, which
are all alike. The command is tests/helpers/state, which prints what the sandbox looks like from inside, then
ends ("ends" in ACTIONS) or stays until it is ended.

Whatever happens, all must end soon; no process may be left, nor in FOLDER anything else than before; and what
the command prints, as far as it comes, is what it prints in a launch that nobody disturbs. The status must be
as ACTIONS has it. With the NAME "untied" the sandbox outlives husk when that is killed.

Points are taken evenly, the same ones each time, $KILL_POINTS for a whole launch. KILL_ALL=1 takes all. With KILL_USER
the launch is that user's.
"""

import collections
import concurrent.futures
import os
import queue
import re
import signal
import stat
import subprocess
import sys
import tempfile

HELPERS = os.environ["HELPERS"]
ALL = os.environ.get("KILL_ALL") == "1"
BUDGET = int(os.environ.get("KILL_POINTS", "160"))
JOBS = 2
TRIES = 3
SHOWN = 20
PLACEHOLDERS = (0o1555, 0o1755)  # their modes: src/gate/gate.h
# What is another one in each run.
CHANGES = re.compile(r"^(NSpid:.*|fd 0: .*|pid \d+|file /tmp/.*|/proc/net/if_inet6:.*|[0-9a-f]{32} .*)", re.MULTILINE)

KILL, TERM, INT, HUP = (int(s) for s in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
FAILED = 125
DONE = "done"  # status 0, and all was printed

# What is done to whom, or to several at once, with a + between; which part of the points it is done at; whether the
# command ends by itself; the statuses that are right before the command is there and after, and how long others may go
# on meanwhile.
Action = collections.namedtuple("Action", "name who signal share ends before after hold")
ACTIONS = [
    Action("launcher killed", "launcher", KILL, 6, False, {137}, {137}, 10),
    Action("launcher terminated", "launcher", TERM, 4, False, {143}, {143}, 10),
    Action("launcher interrupted", "launcher", INT, 1, False, {130}, {130}, 10),
    Action("launcher hung up on", "launcher", HUP, 1, False, {129}, {129}, 10),
    Action("launcher killed, at the end", "launcher", KILL, 2, True, None, {137}, 10),
    Action("launcher terminated, at the end", "launcher", TERM, 1, True, None, {143, DONE}, 10),
    Action("the terminal is gone", "hangup", 0, 2, False, {129}, {129}, 40),
    Action("^C is typed", "keys", 3, 2, False, {130}, {130}, 40),
    Action("first process killed", "first", KILL, 3, False, {FAILED, 137}, {137}, 10),
    Action("first process terminated", "first", TERM, 1, True, {DONE}, {DONE}, 10),
    Action("first process killed, at the end", "first", KILL, 1, True, None, {137, DONE}, 10),
    Action("command killed", "command", KILL, 1, False, {137}, {137}, 10),
    Action("command terminated", "command", TERM, 1, False, {143}, {143}, 10),
    Action("guardian killed", "guardian", KILL, 2, True, {FAILED, DONE}, {DONE}, 10),
    Action("guardian terminated", "guardian", TERM, 1, True, {DONE}, {DONE}, 10),
    Action("husk-seccomp killed", "compiler", KILL, 2, False, {FAILED}, None, 10),
    Action("husk-seccomp terminated", "compiler", TERM, 1, False, {FAILED}, None, 10),
    Action("cgroup's keeper killed", "cgroup", KILL, 2, True, {FAILED, DONE}, {DONE}, 10),
    *(Action(f"{who} {how}", who, signal, 2, False, {FAILED}, None, 10) for who in ("newuidmap", "newgidmap")
      for how, signal in (("killed", KILL), ("terminated", TERM))),
    Action("writer of the second namespace's maps killed", "writer", KILL, 2, False, {FAILED}, None, 10),
    Action("husk-scope killed", "scope", KILL, 2, False, {FAILED}, None, 10),
    Action("supervisor killed", "supervisor", KILL, 2, False, {FAILED}, {FAILED}, 10),
    Action("supervisor terminated", "supervisor", TERM, 1, True, {DONE}, {DONE}, 10),
    Action("network's keeper killed", "keeper", KILL, 2, True, {FAILED, DONE}, {DONE}, 10),
    Action("network's helper killed", "helper", KILL, 2, True, {FAILED, DONE}, {DONE}, 10),
    Action("husk-allow killed", "allow", KILL, 2, True, {FAILED, DONE}, {DONE}, 10),
    Action("husk-allow's other leg killed", "leg", KILL, 2, True, {FAILED, DONE}, {DONE}, 10),
    # husk-scope with none of them: it alone knows of a scope that systemd is about to start (docs/cgroups.md).
    *(Action(f"launcher and {who} killed", f"launcher+{who}", KILL, 2, False, {137}, {137}, 10)
      for who in ("first", "command", "guardian", "compiler", "newuidmap", "newgidmap", "writer", "cgroup", "supervisor",
                  "keeper", "helper", "allow", "leg")),
    *(Action(f"first process and {who} killed", f"first+{who}", KILL, 1, False, {FAILED, 137}, {FAILED, 137}, 10)
      for who in ("guardian", "cgroup", "supervisor", "keeper", "helper", "allow")),
    Action("network's keeper and helper killed", "keeper+helper", KILL, 1, True, {FAILED, DONE}, {DONE}, 10),
    Action("network's keeper and husk-allow killed", "keeper+allow", KILL, 1, True, {FAILED, DONE}, {DONE}, 10),
    Action("both legs of husk-allow killed", "allow+leg", KILL, 1, True, {FAILED, DONE}, {DONE}, 10),
    Action("launcher, first process and guardian killed", "launcher+first+guardian", KILL, 1, False, {137}, {137}, 10),
    Action("launcher, first process and cgroup's keeper killed", "launcher+first+cgroup", KILL, 1, False, {137}, {137}, 10),
    Action("launcher, its keeper and helper killed", "launcher+keeper+helper", KILL, 1, False, {137}, {137}, 10),
]
AT_TERMINAL = {"hangup", "keys"}
SHORT = {"command", "compiler", "newuidmap", "newgidmap", "writer", "scope"}  # they do not live long

# Whose end takes the network with it, and how that shows. What cannot be reached then, cannot be by any means.
CARRIERS = {"keeper", "helper", "allow", "leg"}
NETWORK = re.compile(r"/proc/net/route:|tap0\s|sending to ")

Point = collections.namedtuple("Point", "process call n payload")  # payload: is the command there?


def snapshot(folder):
    found = {}
    for path, folders, files in os.walk(folder):
        for name in folders + files:
            st = os.lstat(os.path.join(path, name))
            found[os.path.join(path, name)] = (st.st_mode, 0 if stat.S_ISDIR(st.st_mode) else st.st_size)
    return found


def is_placeholder(mode):
    return stat.S_ISDIR(mode) and stat.S_IMODE(mode) in PLACEHOLDERS


def call_names():
    text = subprocess.run(["cc", "-E", "-dM", "-include", "asm/unistd.h", "-x", "c", "/dev/null"],
                          capture_output=True, text=True, check=True).stdout
    return {n: name for name, n in re.findall(r"#define __NR_(\w+) (\d+)", text)}


class Launch:
    def __init__(self, folder, roles, argv):
        self.folder, self.argv, self.roles = folder, argv, {"launcher": "0", **roles}
        self.folders = queue.Queue()
        self.before = {}
        for i in range(JOBS):
            self.folders.put(str(i))
            self.before[str(i)] = snapshot(folder.replace("@", str(i)))
        self.names = call_names()
        self.record()

    def run(self, number, ends, strike=()):
        """stdout's lines, stderr and the report's lines."""
        hosts = [os.readlink(f"/proc/self/ns/{n}") for n in sorted(os.listdir("/proc/self/ns"))]
        state = [os.path.join(HELPERS, "state")] + ([] if ends else ["wait"]) + hosts
        folder = self.folder.replace("@", number)
        environment = dict(os.environ, INJECT_PAYLOAD="state", HOME=folder + "/home", PWD=folder + "/work",
                           XDG_RUNTIME_DIR=os.environ.get("KILL_RUNTIME", folder + "/run"))
        with tempfile.NamedTemporaryFile("r", prefix="husk-report.") as report:
            argv = [os.path.join(HELPERS, "strike"), "-r", report.name, *strike]
            argv += ["-u", os.environ["KILL_USER"]] if "KILL_USER" in os.environ else []
            argv += [a.replace("@", number) for a in self.argv] + state
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  errors="replace", env=environment, cwd=folder + "/work", check=False)
            out = done.stdout.replace(folder, self.folder)
            whole = out[:out.rfind("\n") + 1]  # it may have been ended within a line
            out = [line for line in CHANGES.sub("", whole).splitlines() if line and line != "wait"]
            return out, done.stderr, report.read().splitlines()

    def record(self):
        """What the launch does by itself, with a command that stays and with one that ends."""
        self.points, self.wanted = {}, {}
        for ends in (False, True):
            out, err, report = self.run("0", ends)
            if not any(line.startswith("exec ") and line.endswith(" state") for line in report):
                raise SystemExit(f"Bail out! without a strike: {err} {report[-5:]}")
            self.points[ends], self.wanted[ends] = self.points_of(report), out
            self.left_behind(ACTIONS[0], "0")
        if self.wanted[False] != self.wanted[True]:
            raise SystemExit("Bail out! two launches are not alike: " +
                             str(set(self.wanted[False]) ^ set(self.wanted[True])))

    def points_of(self, report):
        found, payload = [], ""
        for line in report:
            words = line.split()
            if words[0] == "call":
                found.append(Point(words[1], words[2], words[3], payload))
            elif words[0] == "exec" and words[2] == "state":
                self.roles["command"] = payload = words[1]
                parent = payload.rpartition(".")[0]
                if parent != "0":  # else the command is the first process
                    self.roles.setdefault("first", parent)
                found.append(Point(payload, "exec", "1", payload))
            elif words[0] == "up":
                found.append(Point(payload, "up", "1", payload))
        return found

    def points_for(self, action):
        """All that make sense for it, in the order of time."""
        points = self.points[action.ends]
        if action.before is None:
            points = [p for p in points if p.payload]
        for role in action.who.split("+"):
            who = self.roles.get(role, "")
            if role in SHORT:  # while it is held itself
                points = [p for p in points if p.process == who]
            elif who and role != "launcher":
                born = next((i for i, p in enumerate(points) if p.process == who), len(points))
                points = points[born:] if not SHORT & set(action.who.split("+")) else points
        return points

    def status_is(self, right, status, is_whole, err):
        if status == FAILED and FAILED in right:
            return any(line.startswith("husk: ") for line in err.splitlines())
        if status == 0 and DONE in right:
            return is_whole
        return status in right

    def left_behind(self, action, number):
        """What is in the folder that was not there; it is removed."""
        before, now = self.before[number], snapshot(self.folder.replace("@", number))
        changed = [path for path in now if now[path] != before.get(path)] + [p for p in before if p not in now]
        allowed = "guardian" in action.who.split("+") and action.signal == KILL
        wrong = [p for p in changed if not (allowed and p not in before and is_placeholder(now[p][0]))]
        for path in sorted(changed, reverse=True):
            if path not in before and os.path.isdir(path):
                os.chmod(path, 0o700)
                os.rmdir(path)
        return wrong

    def verdict(self, action, point, turn):
        """None; or what is wrong. "": never came there. With TURN several are struck in the other order."""
        who = ",".join([self.roles.get(role, role) for role in action.who.split("+")][::-1 if turn else 1])
        strike = ["-a", f"{point.process}:{point.call}:{point.n}", "-w", who, "-s", str(action.signal),
                  "-h", str(action.hold)] + (["-T"] if action.who in AT_TERMINAL else [])
        number = self.folders.get()
        try:
            for _ in range(TRIES):
                out, err, report = self.run(number, action.ends, strike)
                if "struck" in report or "absent" in report:
                    break
                self.left_behind(action, number)  # it was ended whole, with its guardian
            wrong = self.judge(action, out, err, report)
            left = self.left_behind(action, number)
        finally:
            self.folders.put(number)
        return f"left: {left}" if left and wrong is None else wrong

    def judge(self, action, out, err, report):
        # Processes that go on beside each other do so in another order each time.
        later = any(line.startswith("exec ") and line.endswith(" state") for line in report[:report.index("struck")]
                    ) if "struck" in report else False
        right = action.after if later else action.before
        if "struck" not in report or right is None:
            return ""
        if any(line.startswith("hung ") for line in report):
            return f"did not end: {[l[5:] for l in report if l.startswith('hung ')]} {err[:200]}"
        left = [line for line in report if line.startswith("left ")]
        if left:
            return f"there yet when the launcher had ended: {left}"
        status = next((int(l.split()[1]) for l in report if l.startswith("status ")), -1)
        wanted = self.wanted[True]
        if CARRIERS & set(action.who.split("+")):
            reached = [l for l in out if l.startswith("sending to ") and l.endswith("Success") and l not in wanted]
            if reached:
                return f"another network: {reached}"
            out, wanted = ([l for l in lines if not NETWORK.match(l)] for lines in (out, wanted))
        if out != wanted[:len(out)]:
            return f"another sandbox: {[l for l in out if l not in wanted][:5]}"
        if not self.status_is(right, status, out == wanted, err):
            return f"status {status}, {len(out)} lines, {err[:300]!r}"
        return None

    def jobs(self):
        actions = [a for a in ACTIONS if all(role in self.roles for role in a.who.split("+")) or a.who in AT_TERMINAL]
        total = sum(a.share for a in actions)
        found = []
        if "untied" in self.roles:  # killed, husk takes no command with it that has started
            actions = [a._replace(ends=True, before={137}, after={137})
                       if "launcher" in a.who.split("+") and a.signal == KILL else a for a in actions]
        for i, action in enumerate(actions):
            points = self.points_for(action)
            most = len(points) if ALL else max(2, BUDGET * action.share // total)
            step = max(1, len(points) / most)
            first = step * i / len(actions)  # not the same ones for all
            some = {int(first + n * step) for n in range(most)}
            found += [(action, p) for n, p in enumerate(points)
                      if n in some or p.call in ("exec", "up")]
        return found


def main():
    for ignored in INT, HUP, signal.SIGQUIT:  # by a shell's "&", or nohup(1)
        signal.signal(ignored, signal.SIG_DFL)
    split = sys.argv.index("--")
    launch = Launch(sys.argv[1], dict(a.split("=") for a in sys.argv[2:split]), sys.argv[split + 1:])
    jobs = launch.jobs()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        results = list(pool.map(lambda i: launch.verdict(*jobs[i], i % 2), range(len(jobs))))
    failures = [(a, p, r) for (a, p), r in zip(jobs, results) if r]
    missed = sum(r == "" for r in results)
    if os.environ.get("KILL_VERBOSE"):
        for action in ACTIONS:
            of = [r for (a, _), r in zip(jobs, results) if a.name == action.name]
            of and print(f"# {action.name}: {len(of)} points, {sum(r == '' for r in of)} without")
    for action, p, result in failures if ALL else failures[:SHOWN]:
        call = launch.names.get(p.call, p.call)
        print(f"# {action.name}, {p.process} at {call}#{p.n}{' (later)' if p.payload else ''}:", result.replace("\n", " | "))
    print(f"RESULT {len(jobs)} {len(failures)} {missed}")


main()
