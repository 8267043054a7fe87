#!/usr/bin/env bash
# Python works in the default sandbox with its standard library: what a script finds out inside is
# what it finds out outside.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
t_need python3

mkdir "$T/project"
cd "$T/project" || exit 1
cat > script.py << 'END'
import asyncio, ctypes, decimal, fcntl, getpass, hashlib, http.server, json, locale, mmap, os, pwd
import queue, select, signal, socket, sqlite3, ssl, subprocess, sys, tempfile, threading, time
import urllib.request, zipfile, zlib
import multiprocessing, multiprocessing.shared_memory, concurrent.futures, datetime, zoneinfo

def t_subprocess():
    p = subprocess.run("tr a-z A-Z | rev", shell=True, input="abc", text=True, capture_output=True)
    return p.stdout, p.returncode, subprocess.call([sys.executable, "-c", "raise SystemExit(3)"])

def t_threading():
    q, n = queue.Queue(), 20
    threads = [threading.Thread(target=lambda i=i: q.put(i * i)) for i in range(n)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return sum(q.get() for _ in range(n))

def square(x):
    return x * x

def t_multiprocessing():
    with multiprocessing.Pool(3) as pool:
        total = sum(pool.map(square, range(100)))
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        return total, list(pool.map(square, [7, 8]))

def t_shared_memory():
    shm = multiprocessing.shared_memory.SharedMemory(create=True, size=4096)
    shm.buf[:5] = b"hello"
    other = multiprocessing.shared_memory.SharedMemory(name=shm.name)
    seen = bytes(other.buf[:5])
    other.close()
    shm.close()
    shm.unlink()
    return seen

def t_asyncio():
    async def echo(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()
    async def main():
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"over loopback\n")
        line = await reader.readline()
        p = await asyncio.create_subprocess_exec("echo", "x", stdout=asyncio.subprocess.PIPE)
        await asyncio.sleep(0)
        return line, (await p.communicate())[0]
    return asyncio.run(main())

def t_sqlite3():
    with tempfile.TemporaryDirectory() as d:
        db = sqlite3.connect(d + "/db")
        db.execute("pragma journal_mode=wal")
        db.execute("create table t (a)")
        with db:
            db.executemany("insert into t values (?)", [(i,) for i in range(50)])
        other = sqlite3.connect(d + "/db")
        return other.execute("select sum(a) from t").fetchone()

def t_tempfile():
    with tempfile.NamedTemporaryFile("w+") as f, tempfile.TemporaryFile() as g:
        f.write("text")
        f.flush()
        g.write(b"x" * 100000)
        fcntl.flock(f, fcntl.LOCK_EX)
        return open(f.name).read(), g.tell(), os.path.dirname(f.name)

def t_ssl():
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    return len(context.get_ca_certs()), paths.openssl_cafile, os.listdir(paths.openssl_capath)[:0], \
        context.verify_mode, len(ssl.RAND_bytes(16))

def t_time_zones():
    when = datetime.datetime(2024, 7, 1, 12, tzinfo=datetime.timezone.utc)
    names = [when.astimezone(zoneinfo.ZoneInfo(z)).isoformat() for z in ("Asia/Tokyo", "Europe/Oslo")]
    return names, time.tzname, datetime.datetime(2024, 7, 1).astimezone().isoformat()

def t_sockets():
    found = []
    for family, host in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "localhost"):
        server = socket.create_server((host, 0), family=family)
        client = socket.create_connection(server.getsockname())
        client.sendall(b"ping")
        found.append(server.accept()[0].recv(4))
    a, b = socket.socketpair()
    a.send(b"pair")
    u = socket.socket(socket.AF_UNIX)
    u.bind("\0husk test %d" % os.getpid())
    d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    d.bind(("127.0.0.1", 0))
    d.sendto(b"udp", d.getsockname())
    return found, b.recv(4), d.recv(3)

def t_http():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.path.encode())
        def log_message(self, *args):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return urllib.request.urlopen("http://127.0.0.1:%d/path" % server.server_port).read()

def t_services():
    return socket.getservbyname("https", "tcp"), socket.getprotobyname("udp")

def t_who_i_am():
    p = pwd.getpwuid(os.getuid())
    return p.pw_name, p.pw_uid, p.pw_gid, p.pw_dir, getpass.getuser(), os.path.expanduser("~"), \
        os.getgid()

def t_terminals():
    controller, terminal = os.openpty()
    os.write(terminal, b"shown")
    return os.read(controller, 5), os.isatty(terminal)

def t_devices():
    with open("/dev/full", "w") as f:
        try:
            f.write("x" * 10000)
            f.flush()
        except OSError as e:
            full = e.strerror
    return len(open("/dev/urandom", "rb").read(16)), open("/dev/zero", "rb").read(2), full, \
        open("/dev/null").read()

def t_memory():
    m = mmap.mmap(-1, 1 << 20)
    m[:3] = b"abc"
    libc = ctypes.CDLL(None)
    return m[:3], libc.getpid() == os.getpid(), zlib.crc32(b"x"), hashlib.sha256(b"").hexdigest()[:8]

def t_signals():
    got = []
    signal.signal(signal.SIGALRM, lambda *a: got.append("alarm"))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.pause()
    r, w = os.pipe()
    poll = select.epoll()
    poll.register(r, select.EPOLLIN)
    os.write(w, b"x")
    return got, poll.poll(5)[0][1]

def t_processes():
    pid = os.fork()
    if pid == 0:
        os._exit(9)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), os.cpu_count() > 0, \
        os.path.samefile("/proc/self/exe", sys.executable), len(os.sched_getaffinity(0)) > 0

def t_locale():
    return locale.setlocale(locale.LC_ALL, ""), "ä".encode(), sys.getfilesystemencoding()

if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("t_"):
            try:
                print(name[2:], test(), flush=True)
            except Exception as e:
                print(name[2:], repr(e), flush=True)
END
export TZ=America/Lima
outside=$(python3 script.py 2>&1)
t_run "$HUSK" python3 script.py
t_is "$status$err" 0 "the script runs"
t_is "$(wc -l <<< "$out")" 19 "with all of its parts"
while IFS= read -r line; do
    t_is "$(grep "^${line%% *} " <<< "$out")" "$line" "python: ${line%% *}"
done <<< "$outside"
t_unlike "$outside" "Error" "all of it works outside, so that there is something to compare"

t_ok "python -m, from a zip file" "$HUSK" bash -c \
    'cd /tmp && echo "print(6 * 7)" > __main__.py && python3 -m zipfile -c app.zip __main__.py &&
     [ "$(python3 app.zip)" = 42 ]'

t_done
