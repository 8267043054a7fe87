#!/usr/bin/env bash
# Landlock is a second layer: it takes nothing away that the mounts allow. The same programs print the same
# with it and without.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
t_need python3

cat > "$T/do.py" << 'END'
# Tries each operation on files in each folder given, and prints what came of it.
import ctypes, fcntl, os, socket, stat, subprocess, sys, termios
libc = ctypes.CDLL(None, use_errno=True)

def show(name, what):
    try:
        result = what()
        print(name, "done", result if isinstance(result, (str, int, bytes)) else "")
    except OSError as e:
        print(name, e.strerror)

def write(path):
    with open(path, "w") as f:
        f.write("#!/bin/sh\necho ran\n")
    os.chmod(path, 0o755)

def sock(path):
    s = socket.socket(socket.AF_UNIX)
    s.bind(path)
    s.listen()
    socket.socket(socket.AF_UNIX).connect(path)

def renameat2(a, b, flags):
    if libc.renameat2(-100, a.encode(), -100, b.encode(), flags):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

def tmpfile(d):
    fd = os.open(d, os.O_TMPFILE | os.O_RDWR)
    os.write(fd, b"x")
    os.link("/proc/self/fd/%d" % fd, d + "/linked", follow_symlinks=True)
    os.unlink(d + "/linked")

for d in sys.argv[1:]:
    p = lambda name: os.path.join(d, name)
    n = lambda name: d + ": " + name
    show(n("list"), lambda: len(os.listdir(d)) > 0)
    show(n("mkdir"), lambda: [os.mkdir(p("one")), os.mkdir(p("two"))])
    show(n("write"), lambda: write(p("one/file")))
    show(n("read"), lambda: open(p("one/file")).read())
    show(n("run"), lambda: subprocess.run([p("one/file")], stdout=subprocess.PIPE).stdout)
    show(n("truncate"), lambda: os.truncate(p("one/file"), 2))
    show(n("append"), lambda: open(p("one/file"), "a").write("x"))
    show(n("rename to another folder"), lambda: os.rename(p("one/file"), p("two/file")))
    show(n("link to another folder"), lambda: os.link(p("two/file"), p("one/link")))
    show(n("exchange"), lambda: renameat2(p("two/file"), p("one/link"), 2))
    show(n("rename a folder into another"), lambda: os.rename(p("one"), p("two/one")))
    show(n("symlink"), lambda: os.symlink("file", p("two/sym")))
    show(n("fifo"), lambda: os.mkfifo(p("two/fifo")))
    show(n("open the fifo"), lambda: os.open(p("two/fifo"), os.O_RDWR))
    show(n("socket"), lambda: sock(p("two/socket")))
    show(n("device"), lambda: os.mknod(p("two/dev"), stat.S_IFCHR | 0o600, os.makedev(1, 3)))
    show(n("unnamed file, linked"), lambda: tmpfile(d))
    show(n("new root"), lambda: os.stat("/proc/self/root" + d).st_ino > 0)
    show(n("remove"), lambda: [os.unlink(p("two/" + f)) for f in ("one/link", "file", "sym", "fifo", "socket")])
    show(n("remove folders"), lambda: [os.rmdir(p("two/one")), os.rmdir(p("two"))])

show("a file that is bound", lambda: [open("/one-file", "a").write("x"), os.truncate("/one-file", 0)])
show("one that is bound read-only", lambda: open("/ro-file", "a"))
show("in /etc", lambda: open("/etc/new", "w"))
show("in /usr", lambda: open("/usr/new", "w"))
for name in "null", "zero", "full", "tty", "random":
    show(name, lambda: [os.open("/dev/" + name, os.O_RDONLY), os.open("/dev/" + name, os.O_WRONLY)])
show("random's ioctl", lambda: fcntl.ioctl(os.open("/dev/urandom", os.O_RDONLY), 0x80045200, b"\0" * 4))
def pty():
    a, b = os.openpty()
    fd = os.open(os.ttyname(b), os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(fd, termios.TIOCGWINSZ, b"\0" * 8)
    os.open("/proc/self/fd/%d" % a, os.O_RDWR | os.O_NOCTTY)
    return os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY) > 0
show("terminals", pty)
show("shm", lambda: open("/dev/shm/x", "w").write("x"))
show("comm", lambda: open("/proc/self/comm", "w").write("x"))
show("oom", lambda: open("/proc/self/oom_score_adj", "w").write("500"))
show("memfd", lambda: os.open("/proc/self/fd/%d" % os.memfd_create("x"), os.O_RDWR) > 0)
show("pipe", lambda: os.open("/proc/self/fd/%d" % os.pipe()[1], os.O_WRONLY) > 0)
show("init", lambda: open("/proc/1/stat").read(2))
show("stdin again", lambda: open("/dev/stdin").read())
show("stdout again", lambda: open("/dev/stdout", "a").write("to stdout\n"))
show("stderr again, emptied", lambda: open("/dev/stderr", "w").write("to stderr\n"))
show("a child", lambda: subprocess.run(["sh", "-c", "kill -0 $PPID; exec sleep 0"]).returncode)
END

# both NAME OPTIONS...: do.py in the folders behind --, in a sandbox with these options.
both()
{
    local name=$1 how options=()
    shift
    while [ "$1" != -- ]; do options+=("$1") && shift; done
    shift
    for how in all none; do
        rm -rf "$T/host"
        rm -rf "$T/root"
        mkdir -p "$T/root"/{usr,lib,lib64,bin,proc,dev,tmp,rw} && touch "$T/root"/{one-file,ro-file,do.py}
        mkdir -p "$T/host/rw/in" "$T/host/ro" "$T/host/upper" "$T/host/work"
        echo text > "$T/host/file"
        echo in > "$T/in"
        "$HUSK" "${options[@]}" --landlock $how --bind "$T/host/file" /one-file --ro-bind "$T/host/file" /ro-file \
            --ro-bind "$T/do.py" /do.py python3 /do.py "$@" < "$T/in" > "$T/out.$how" 2> "$T/err.$how" 9< "$T/in"
        echo "status $?" >> "$T/out.$how"
        (cd "$T/host" && find . -printf '%p %y %s\n' | sort) >> "$T/out.$how"
    done
    t_is "$(diff "$T/out.none" "$T/out.all"; diff "$T/err.none" "$T/err.all")" "" "$name"
    t_like "$(< "$T/out.all")" 'status 0' "it ran" || t_diag "$(< "$T/err.all")"
}

default=(-w "$T/host/rw" -r "$T/host/ro")
both "in profile default" "${default[@]}" -- "$T/host/rw" "$T/host/ro" /tmp /var/tmp /dev/shm /run / /usr
t_like "$(< "$T/out.all")" 'rw: rename to another folder done' "renames between folders are among it"
t_like "$(< "$T/out.all")" 'rw: link to another folder done' "and links"
t_like "$(< "$T/out.all")" 'terminals done' "and terminals"
t_like "$(< "$T/out.all")" 'stdin again done in' "and /dev/stdin of a file that is not in the tree"
t_like "$(< "$T/out.all")" 'stdout again done' "and /dev/stdout"
t_like "$(< "$T/out.all")" 'ro: mkdir Read-only' "what is refused is refused as without"
both "in profile build" -p build -w "$T/host/rw" -- "$T/host/rw" /tmp
both "mounts in mounts" "${default[@]}" --bind "$T/host/rw" /x --ro-bind "$T/host/ro" /x/in --tmpfs /y --bind \
    "$T/host/rw/in" /y/in --ro-bind "$T/host/rw" /z --perms 1777 --tmpfs /z/in -- /x /x/in /y /y/in /z /z/in
both "mounts on mounts" "${default[@]}" --bind "$T/host/rw" /x --ro-bind "$T/host/ro" /x --tmpfs /y --bind \
    "$T/host/rw" /y --tmpfs /v --remount-ro /v --bind "$T/host/rw" /v --remount-ro /x -- /x /y /v
both "the same folder twice" "${default[@]}" --bind "$T/host/rw" /x --ro-bind "$T/host/rw" /y -- /x /y
both "overlays" "${default[@]}" --overlay-src "$T/host/ro" --tmp-overlay /x --overlay-src "$T/host/ro" \
    --overlay-src "$T/host/rw" --ro-overlay /y -- /x /y
both "noexec" "${default[@]}" --noexec --tmpfs /x --noexec --bind "$T/host/rw" /y --tmpfs /z -- /x /y /z
t_like "$(< "$T/out.all")" 'x: run Permission denied' "where nothing can be run"
t_like "$(< "$T/out.all")" 'z: run done' "or where it can"
both "by a link" "${default[@]}" --symlink /x/in /link --tmpfs /x --dir /x/in --bind "$T/host/rw" /link -- /x /x/in /link
none=(-p none --unshare-all --unshare-user --disable-userns --cap-drop ALL)
system=(--ro-bind /usr /usr --ro-bind /lib /lib --ro-bind-try /lib64 /lib64 --ro-bind /bin /bin --proc /proc --dev /dev)
both "a root that is covered" "${none[@]}" --ro-bind "$T/root" / "${system[@]}" --perms 0700 --tmpfs /tmp --bind "$T/host/rw" /rw \
    --file 9 /tmp/x --chmod 0755 /tmp/x -- /rw /tmp /
both "a root that is covered and writable" "${none[@]}" --bind "$T/root" / "${system[@]}" --bind "$T/host/rw" /rw -- /rw /
# shellcheck disable=SC2086 # words
both "root inside" "${none[@]}" $SYS --map-root --proc /proc --dev /dev --tmpfs /tmp --dev-bind /dev/null /mine \
    --bind "$T/host/rw" /rw --perms 0700 --file 9 /run/x -- /tmp /rw / /run
t_done
