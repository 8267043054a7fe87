#!/usr/bin/python3
"""Runs a husk that asks for a scope before a manager of systemd's that is not as others.

    manager.py answer CHILD KEEPER HELPER -- COMMAND...      one that says that all was done
    manager.py kill WHO[,WHO]... -- COMMAND...               the user's own, but that first some are killed

COMMAND finds the manager's socket by XDG_RUNTIME_DIR, and its exit status is ours. All that it has started and
left is waited for.

answer: the three processes of the request are put into these cgroups, folders below this one, which are made. %u is
the unit's name; "-": where it is it stays. Then the job is said to be done.

kill: when the request comes, before it goes on to the manager, each WHO (launcher, which is COMMAND, child, keeper or
helper) gets SIGKILL, and what must end with them is waited for, but not reaped. What the manager made of the job is
printed.
"""

import ctypes
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

PATH = "/org/freedesktop/systemd1"
MANAGER = "org.freedesktop.systemd1.Manager"
JOB = PATH + "/job/1"
PATIENCE = 20 * int(os.environ.get("HUSK_SLOW", "1"))
PR_SET_CHILD_SUBREAPER = 36


# ---- D-Bus ----

def aligned(data, to):
    return data + bytes(-len(data) % to)


def string(text):
    return struct.pack("<I", len(text)) + text.encode() + b"\0"


def message(kind, serial, fields, body):
    """FIELDS: (code, signature, the value's bytes)."""
    header = b""
    for code, signature, value in fields:
        header = aligned(header, 8) + bytes([code, len(signature)]) + signature.encode() + b"\0" + value
    start = struct.pack("<BBBBIII", ord("l"), kind, 1, 1, len(body), serial, len(header))
    return aligned(start + header, 8) + body


def signature_field(text):
    return 8, "g", bytes([len(text)]) + text.encode() + b"\0"


def reply_to(serial):
    return message(2, 1, [(5, "u", struct.pack("<I", serial)), signature_field("o")], string(JOB))


def job_removed(unit, result):
    body = struct.pack("<I", 1) + string(JOB)
    body = aligned(aligned(body, 4) + string(unit), 4) + string(result)
    return message(4, 2, [(1, "o", string(PATH)), (2, "s", string(MANAGER)), (3, "s", string("JobRemoved")),
                          signature_field("uoss")], body)


def messages(data, greeting):
    """The whole ones of what came behind GREETING: serial, header, body."""
    data = data.partition(greeting)[2]
    while len(data) >= 16:
        body, serial, fields = struct.unpack_from("<III", data, 4)
        start = 16 + fields + -fields % 8
        if len(data) < start + body:
            return
        yield serial, data[:start], data[start:start + body]
        data = data[start + body:]


class Request:
    """A call of StartTransientUnit."""

    def __init__(self, serial, body):
        self.serial = serial
        self.unit = body[4:4 + struct.unpack_from("<I", body)[0]].decode()
        pids = body.index(b"\x04\0\0\0PIDs\0\x02au\0") + 13
        pids += -pids % 4
        self.child, self.keeper, self.helper = struct.unpack_from("<3I", body, pids + 4)


def find_request(data):
    for serial, header, body in messages(data, b"BEGIN\r\n"):
        if b"\0StartTransientUnit\0" in header:
            return Request(serial, body)
    return None


def find_result(data, unit):
    for _, header, body in messages(data, b"AGREE_UNIX_FD\r\n"):
        if b"\0JobRemoved\0" in header and b"\0" + unit.encode() + b"\0" in body:
            return body.split(b"\0")[-2].decode()
    return None


# ---- one that lies ----

def put(pid, place):
    os.makedirs(place, exist_ok=True)
    folder = "."
    for name in [*place.split("/"), ""]:
        if name:
            with open(f"{folder}/cgroup.subtree_control", "w", encoding="ascii") as file:
                file.write("+memory +pids")
            folder = f"{folder}/{name}"
    with open(f"{place}/cgroup.procs", "w", encoding="ascii") as file:
        file.write(str(pid))


def receive(client):
    data = client.recv(65536)
    if not data:
        raise SystemExit("manager: nothing was asked")
    return data


def answer(client, places):
    data = b""
    while b"BEGIN\r\n" not in data:
        data += receive(client)
    client.sendall(b"DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n")
    while not (request := find_request(data)):
        data += receive(client)
    for pid, place in zip((request.child, request.keeper, request.helper), places):
        if place != "-":
            put(pid, place.replace("%u", request.unit))
    client.sendall(reply_to(request.serial) + job_removed(request.unit, "done"))


# ---- the real one, but late ----

def has_ended(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def strike(launcher, request, who):
    for name in who:
        os.kill(launcher if name == "launcher" else getattr(request, name), signal.SIGKILL)
    ends = [launcher, request.child, request.keeper] + ([request.helper] if "helper" in who else [])
    deadline = time.monotonic() + PATIENCE
    while not all(has_ended(pid) for pid in ends):
        if time.monotonic() > deadline:
            raise SystemExit(f"manager: not all of {ends} have ended")
        time.sleep(0.01)


def pass_on(client, real, launcher, who):
    """Until the manager has said what came of the job, which is returned."""
    came, to, request = {client: b"", real: b""}, {client: real, real: client}, None
    ends = [client, real]
    while not request or not find_result(came[real], request.unit):
        ready = select.select(ends, [], [], PATIENCE)[0]
        if not ready:
            return "nothing"
        data = ready[0].recv(65536)
        if not data:
            ends.remove(ready[0])
        came[ready[0]] += data
        if request is None and (request := find_request(came[client])):
            strike(launcher, request, who)
        try:
            to[ready[0]].sendall(data)
        except OSError:
            pass  # it was killed
    return find_result(came[real], request.unit)


# ---- both ----

def main():
    split = sys.argv.index("--")
    how, words, command = sys.argv[1], sys.argv[2:split], sys.argv[split + 1:]
    real = os.environ.get("XDG_RUNTIME_DIR", "") + "/systemd/private"
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="husk-manager.") as folder, socket.socket(socket.AF_UNIX) as listener:
        os.mkdir(folder + "/systemd")
        listener.bind(folder + "/systemd/private")
        listener.listen()
        listener.settimeout(PATIENCE)
        with subprocess.Popen(command, env=dict(os.environ, XDG_RUNTIME_DIR=folder)) as launcher:
            client = listener.accept()[0]
            if how == "answer":
                answer(client, words)
            else:
                with socket.socket(socket.AF_UNIX) as manager:
                    manager.connect(real)
                    print(pass_on(client, manager, launcher.pid, words[0].split(",")), flush=True)
            client.close()
            status = launcher.wait()
        try:
            while True:
                os.wait()
        except ChildProcessError:
            pass
    sys.exit(status if status >= 0 else 128 - status)


main()
