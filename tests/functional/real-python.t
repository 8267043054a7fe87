#!/usr/bin/env bash
# Python works under the policies `default' and `build': threads, processes of every kind, asyncio, sockets
# on the loopback, sqlite3, ctypes, the debugger and the profiler of its own.
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need python3

cp "$SRCDIR/tests/helpers/side-by-side.py" .
t_real "threads, processes, asyncio, sockets, sqlite3" "done" python3 side-by-side.py

cat > more.py << 'END'
import cProfile, compileall, ctypes, faulthandler, fcntl, grp, importlib, io, mmap, os, platform, pdb, pty, pwd
import resource, select, shutil, signal, socket, stat, subprocess, sys, tempfile, threading, time, tracemalloc

os.chdir(tempfile.mkdtemp())
with open("module.py", "w") as f:
    f.write("answer = 42\n")
sys.path.insert(0, ".")
assert importlib.import_module("module").answer == 42 and compileall.compile_file("module.py", quiet=2)

# What is done by system calls of their own.
with open("file", "w+b") as f:
    f.write(b"x" * 8192)
    f.flush()
    os.posix_fallocate(f.fileno(), 0, 16384)
    os.fsync(f.fileno()), os.fdatasync(f.fileno())
    fcntl.lockf(f, fcntl.LOCK_EX), fcntl.flock(f, fcntl.LOCK_SH)
    with mmap.mmap(f.fileno(), 4096) as m:
        m[:3] = b"abc"
        m.flush()
    assert os.pread(f.fileno(), 3, 0) == b"abc"
shutil.copyfile("file", "copy"), os.rename("copy", "moved"), os.link("moved", "linked"), os.symlink("moved", "soft")
os.chmod("moved", 0o600), os.utime("moved", (1, 2)), os.truncate("moved", 10), os.mkfifo("fifo")
assert os.stat("soft").st_nlink == 2 and {e.name for e in os.scandir()} >= {"fifo", "linked"}
a, b = os.pipe()
with open("file", "rb") as f:
    assert os.sendfile(b, f.fileno(), 0, 3) == 3 and os.read(a, 3) == b"abc"
assert os.copy_file_range(os.open("file", os.O_RDONLY), os.open("out", os.O_WRONLY | os.O_CREAT), 100) == 100

# Signals, limits, schedules.
got = []
signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
os.kill(os.getpid(), signal.SIGUSR1), signal.raise_signal(signal.SIGUSR1)
signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
assert len(got) == 3 and signal.sigtimedwait([signal.SIGUSR2], 0.01) is None
resource.setrlimit(resource.RLIMIT_NOFILE, (200, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
os.sched_setaffinity(0, os.sched_getaffinity(0)), os.nice(1), os.getloadavg(), os.sched_yield()
os.setpriority(os.PRIO_PROCESS, 0, 10), time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)

# Terminals and processes.
output = io.BytesIO()
pid, fd = pty.fork()
if pid == 0:
    os.execlp("stty", "stty", "-a")
assert b"speed" in os.read(fd, 1000)
os.waitpid(pid, 0)
assert subprocess.run(["sh", "-c", "ulimit -n; exit 3"], capture_output=True, start_new_session=True).returncode == 3
assert os.system("exit 4") >> 8 == 4 and os.waitstatus_to_exitcode(os.spawnlp(os.P_WAIT, "true", "true") << 8) == 0

# Asking who one is; names of the machine.
assert pwd.getpwuid(os.getuid()).pw_uid == os.getuid() and grp.getgrgid(os.getgid()) and platform.machine()
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1), s.bind(("127.0.0.1", 0)), s.sendto(b"x", s.getsockname())
assert select.select([s], [], [], 20)[0]
assert socket.if_nameindex() and socket.gethostbyname("localhost")

# Its own tools.
cProfile.Profile().runcall(sum, range(100)), tracemalloc.start(), tracemalloc.take_snapshot(), faulthandler.enable()
debugger = pdb.Pdb(stdin=io.StringIO("continue\n"), stdout=io.StringIO())
debugger.runcall(int)
libc = ctypes.CDLL(None)
assert libc.getpid() == os.getpid() and ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 7)() == 7
print("done")
END
t_real_same "files, signals, terminals, its own tools" python3 more.py

# A crash is a crash: the status is that of the signal.
for profile in default build; do
    t_run "$HUSK" -p $profile python3 -c 'import ctypes; ctypes.string_at(0)'
    t_is "$status" 139 "$profile: a fault ends it"
done
t_done
