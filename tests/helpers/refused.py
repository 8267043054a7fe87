#!/usr/bin/env python3
"""refused.py NUMBERS: makes calls that sandboxes should not have, in earnest, and prints for each its
name and "works" or the errno's name.

NUMBERS is a file with lines "NAME NUMBER". What lasts is made in a process of its own.
"""
import ctypes
import errno
import os
import signal
import socket
import struct
import sys

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
with open(sys.argv[1], encoding="ascii") as lines:
    numbers = {name: int(number) for name, number in (line.split() for line in lines)}

NEWUSER, NEWNS, NEWNET, NEWUTS = 0x10000000, 0x20000, 0x40000000, 0x04000000


def call(name, *args):
    """The call's result; an OSError if it fails."""
    kept = [a if isinstance(a, bytes) else ctypes.c_long(a) for a in args]
    result = libc.syscall(ctypes.c_long(numbers[name]), *kept)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def forks(name, *args):
    """A call that gives a process, which ends at once."""
    pid = call(name, *args)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def reads_another():
    """process_vm_readv of what the parent has as well."""
    word = ctypes.create_string_buffer(b"word")
    out = ctypes.create_string_buffer(5)
    local = struct.pack("PN", ctypes.addressof(out), 5)
    remote = struct.pack("PN", ctypes.addressof(word), 5)
    call("process_vm_readv", os.getpid(), local, 1, remote, 1, 0)


def clones_without_clone3(flags):
    """clone(2), whose arguments are in another order on some architectures after the second."""
    forks("clone", flags | signal.SIGCHLD, 0, 0, 0, 0)


TESTS = {
    "mount": lambda: call("mount", b"none", b"/mnt", b"tmpfs", 0, 0),
    "fsopen": lambda: call("fsopen", b"tmpfs", 0),
    "open_tree": lambda: call("open_tree", -100, b"/mnt", 1),
    "unshare-user": lambda: call("unshare", NEWUSER),
    "unshare-mount": lambda: call("unshare", NEWNS),
    "unshare-net": lambda: call("unshare", NEWNET),
    "clone-user": lambda: clones_without_clone3(NEWUSER),
    "clone-uts": lambda: clones_without_clone3(NEWUTS),
    "clone3": lambda: forks("clone3", struct.pack("8Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0), 64),
    "sethostname": lambda: call("sethostname", b"x", 1),
    "ptrace": lambda: call("ptrace", 0, 0, 0, 0),
    "process_vm_readv": reads_another,
    "personality": lambda: call("personality", 0x400000),
    "packet": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    "add_key": lambda: call("add_key", b"user", b"husk", b"x", 1, -2),
    "keyctl": lambda: call("keyctl", 0, -2, 0),
    "request_key": lambda: call("request_key", b"user", b"husk-none", 0, 0),
    "bpf": lambda: call("bpf", 0, struct.pack("5I", 2, 4, 4, 1, 0) + bytes(100), 120),
    "perf_event_open": lambda: call(
        "perf_event_open", struct.pack("IIQ", 1, 64, 0) + bytes(48), 0, -1, -1, 0),
    "userfaultfd": lambda: call("userfaultfd", 1),
    "io_uring_setup": lambda: call("io_uring_setup", 1, bytes(120)),
    "vsock": lambda: socket.socket(40, socket.SOCK_STREAM),
    "alg": lambda: socket.socket(38, socket.SOCK_SEQPACKET),
    "audit": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9),
}


def outcome(test):
    try:
        test()
    except OSError as e:
        return errno.errorcode[e.errno]
    return "works"


for test_name, do in TESTS.items():
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write_end, outcome(do).encode())
        os._exit(0)
    os.close(write_end)
    said = os.read(read_end, 100).decode()
    os.close(read_end)
    os.waitpid(child, 0)
    print(test_name, said or "DIED")
