#!/usr/bin/env python3
"""kernel-surface.py: uses parts of the kernel that have been ways out of sandboxes, each for something real,
and prints for each its name and what came of it: "works", or the errno's name.

Where "works" may be what a setting of this machine forbids, a second, senseless call tells whether the first
came as far as the kernel's own code: then the line ends with its errno. Numbers of calls come from the file
given as argument, with lines "NAME NUMBER".
"""
import ctypes
import errno
import os
import socket
import struct
import sys

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
with open(sys.argv[1], encoding="ascii") as lines:
    numbers = {name: int(number) for name, number in (line.split() for line in lines)}

PROCESS_KEYRING, SESSION_KEYRING = -2, -3


def call(name, *args):
    """The call's result; an OSError if it fails."""
    kept = [a if isinstance(a, bytes) else ctypes.c_void_p(a) for a in args]
    result = libc.syscall(ctypes.c_long(numbers[name]), *kept)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def io_uring():
    """A ring reads nothing; that it can be made is enough to do everything that no filter sees."""
    call("io_uring_setup", 4, bytes(120))


def keyring():
    """What a process outside has put into the session's keyring, which has no namespace, is read."""
    key = call("keyctl", 10, SESSION_KEYRING, b"user", b"husk-secret", 0)
    text = ctypes.create_string_buffer(100)
    size = call("keyctl", 11, key, ctypes.addressof(text), 100)
    if text.raw[:size] != b"xyzzy":
        raise OSError(errno.ENOMSG, "")


def add_key():
    call("add_key", b"user", b"husk-made-inside", b"x", 1, PROCESS_KEYRING)


def bpf():
    call("bpf", 0, struct.pack("5I", 2, 4, 4, 1, 0) + bytes(100), 120)


def userfaultfd():
    """For faults of user space only, which needs no privilege."""
    call("userfaultfd", 1)


def perf():
    """Counts a software event of this process."""
    call("perf_event_open", struct.pack("IIQ", 1, 112, 1) + bytes(96), 0, -1, -1, 0)


def vsock():
    """The way to the hypervisor: asks for this machine's number there."""
    socket.socket(40, socket.SOCK_STREAM).close()


def alg():
    """The kernel's own cryptography, with its drivers."""
    s = socket.socket(38, socket.SOCK_SEQPACKET)
    s.bind(("hash", "sha256"))


def packet():
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()


def nf_tables():
    """A table of the packet filter, in the batch that it wants."""
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
    begin = struct.pack("IHHIIBBH", 20, 0x10, 1, 1, 0, 0, 0, socket.htons(10))
    attribute = struct.pack("HH8s", 9, 1, b"husk\0")
    table = struct.pack("IHHIIBBH", 20 + len(attribute), 0xa00, 0x405, 2, 0, 2, 0, 0) + attribute
    s.sendto(begin + table + struct.pack("IHHIIBBH", 20, 0x11, 1, 3, 0, 0, 0, socket.htons(10)), (0, 0))
    code = struct.unpack_from("i", s.recv(4096), 16)[0]
    if code < 0:
        raise OSError(-code, "")


def fsopen():
    """CVE-2022-0185 was in fsconfig(2): a parameter of a file system that is only configured."""
    fs = call("fsopen", b"tmpfs", 0)
    call("fsconfig", fs, 1, b"size", b"1M", 0)


def user_namespace():
    pid = os.fork()
    if pid == 0:
        os._exit(0 if libc.unshare(0x10000000) == 0 else ctypes.get_errno())
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code:
        raise OSError(code, "")


def handle():
    """A file by its number, past all mounts: as CVE-2014-9357's shocker did."""
    handle_of = bytearray(struct.pack("Ii", 128, 0) + bytes(128))
    mount_id = bytes(4)
    buffer = (ctypes.c_char * len(handle_of)).from_buffer(handle_of)
    call("name_to_handle_at", -100, b"/", ctypes.addressof(buffer), mount_id, 0)
    call("open_by_handle_at", os.open("/", os.O_RDONLY), ctypes.addressof(buffer), os.O_RDONLY)


# Senseless, but with a fault that the kernel finds before it asks who is calling.
SENSELESS = {
    "bpf": lambda: call("bpf", 0, bytes(8), 1 << 16),
    "perf": lambda: call("perf_event_open", bytes(112), 0, -1, -1, 0xffff),
    "io_uring": lambda: call("io_uring_setup", 0, bytes(120)),
    "userfaultfd": lambda: call("userfaultfd", 0xfff0),
}


def outcome(function):
    try:
        function()
    except OSError as e:
        return errno.errorcode[e.errno]
    return "works"


for attack in (io_uring, keyring, add_key, bpf, userfaultfd, perf, vsock, alg, packet, nf_tables, fsopen,
               user_namespace, handle):
    what = outcome(attack)
    if what != "works" and attack.__name__ in SENSELESS:
        what = outcome(SENSELESS[attack.__name__])
    print(attack.__name__, what)
