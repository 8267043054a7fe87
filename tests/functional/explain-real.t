#!/usr/bin/env bash
# What --dry-run=json says is what really happens: mounts with their flags and sources, ids,
# namespaces, environment, capabilities, file descriptors and the folder that the command starts in.
. "${0%/*}/../lib.sh" || exit
t_need python3

export HOME=$T/home
mkdir -p "$HOME" "$T/work" "$T/data/sub" "$T/low" "$T/top"
cd "$T/work" || exit 1
touch file "$T/data/sub/f"

# Run inside, it tells how things are there.
cat > "$T/look.py" << 'END'
import fcntl, json, os, sys
mounts = []
for line in open("/proc/self/mountinfo", errors="surrogateescape"):
    left, right = line.rstrip("\n").split(" - ")
    f = left.split(" ")
    at = f[4].encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1")
    type, source, options = right.split(" ")
    mounts.append({"id": f[0], "parent": f[1], "path": os.fsdecode(at), "type": type,
                   "flags": f[5].split(",") + options.split(",")})
status = dict(l.rstrip("\n").split(":\t", 1) for l in open("/proc/self/status") if ":\t" in l)
fds = []
for fd in range(256):
    try:
        fcntl.fcntl(fd, fcntl.F_GETFD)
        fds.append(fd)
    except OSError:
        pass
def identify(path):
    try:
        s = os.lstat(path)
        return [s.st_dev, s.st_ino, os.readlink(path) if os.path.islink(path) else "",
                "%04o" % (s.st_mode & 0o7777)]
    except OSError as e:
        return None
json.dump({
    "mounts": mounts,
    "paths": {p: identify(p) for p in sys.argv[1:]},
    "namespaces": {n: os.readlink("/proc/self/ns/" + n) for n in os.listdir("/proc/self/ns")},
    "uid_map": open("/proc/self/uid_map").read().split(),
    "gid_map": open("/proc/self/gid_map").read().split(),
    "setgroups": open("/proc/self/setgroups").read().strip(),
    "ids": [os.getuid(), os.getgid()],
    "caps": int(status["CapEff"], 16), "ambient": int(status["CapAmb"], 16),
    "environment": dict(os.environ), "cwd": os.getcwd(), "umask": status["Umask"], "fds": fds,
    "hostname": os.uname().nodename, "pid": os.getpid()}, sys.stdout)
END

# Run outside, it compares that with the plan, and prints what is not as planned.
cat > "$T/compare.py" << 'END'
import json, os, sys
plan, real = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
covering = {"bind", "bind-fd", "overlay", "proc", "dev", "tmpfs", "mqueue", "bind-data", "mask"}
types = {"proc": "proc", "dev": "tmpfs", "tmpfs": "tmpfs", "mqueue": "mqueue", "overlay": "overlay"}
flags = {"ro", "nosuid", "nodev", "noexec", "nosymfollow"}

def is_below(path, top):
    return path == top or path.startswith(top.rstrip("/") + "/")

# The mounts that can be reached: on no one of the chain that leads to them is another one stacked.
by_id = {m["id"]: m for m in real["mounts"]}
covered = {m["parent"] for m in real["mounts"] if by_id.get(m["parent"], {}).get("path") == m["path"]}

def is_reachable(m):
    if m["id"] in covered:
        return False
    while m["parent"] in by_id:
        at, m = m["path"], by_id[m["parent"]]
        if at != m["path"] and m["id"] in covered:
            return False
    return True

tops = {m["path"]: m for m in real["mounts"] if is_reachable(m)}
shown = [m for m in plan["mounts"]
         if m["kind"] in covering and not m["hidden"] and not m.get("source_missing")]
for m in shown:
    top = tops.get(m["path"])
    if not top:
        print("planned and not there:", m["path"])
        continue
    if m["kind"] in types and top["type"] != types[m["kind"]]:
        print("another type:", m["path"], top["type"])
    if flags & set(top["flags"]) != set(m["flags"]) or m["read_only"] != ("ro" in m["flags"]):
        print("other flags:", m["path"], m["flags"], top["flags"])
    if m["kind"] == "bind":
        s = os.stat(m["real_source"])
        if [s.st_dev, s.st_ino] != real["paths"][m["path"]][:2]:
            print("another source:", m["path"])
for path, top in tops.items():
    above = [m for m in shown if is_below(path, m["path"])]
    deepest = max(above, key=lambda m: len(m["path"]), default=None)
    if not deepest:
        print("there and not planned:", path)
    elif deepest["path"] != path:
        # Below a bind there are the host's own mounts; /proc and /dev consist of several.
        if deepest["kind"] not in ("bind", "proc", "dev"):
            print("there and not planned:", path)
        elif deepest["read_only"] and deepest["mounts_below_too"] and "ro" not in top["flags"]:
            print("writable below what is read-only:", path)
for m in plan["mounts"]:
    if m["hidden"] or m["kind"] in covering or m["kind"] in ("chmod", "remount-ro"):
        continue
    found = real["paths"].get(m["path"])
    if not found:
        print("planned and not there:", m["path"], m["kind"])
    elif m["kind"] == "symlink" and found[2] != m["target"]:
        print("another target:", m["path"], found[2])
    elif m["kind"] == "text" and found[3] != m["perms"]:
        print("other permissions:", m["path"], found[3])

def same(what, planned, found):
    if planned != found:
        print(what, "planned:", planned, "real:", found)

ids = plan["ids"]
same("uid", [ids["uid"], ids["gid"]], real["ids"])
# In a second user namespace ids lead to the first, so only the number of lines and ids can be compared.
if ids["kind"] != "none":
    for m in "uid_map", "gid_map":
        words = [str(r[k]) for r in ids[m] for k in ("inside", "outside", "count")]
        if ids["second_user_namespace"]:
            same(m, [r["count"] for r in ids[m]], [int(c) for c in real[m][2::3]])
        else:
            same(m, words, real[m])
    same("setgroups", ids["setgroups_denied"], real["setgroups"] == "deny")
files = {"user": "user", "mount": "mnt", "pid": "pid", "network": "net", "ipc": "ipc", "uts": "uts",
         "cgroup": "cgroup", "time": "time"}
same("namespaces", set(plan["namespaces"]), set(files))
for name, ns in plan["namespaces"].items():
    here = os.readlink("/proc/self/ns/" + files[name])
    same(name + " namespace new", ns["state"] == "new", real["namespaces"][files[name]] != here)
if plan["namespaces"]["uts"]["hostname"]:
    same("host name", plan["namespaces"]["uts"]["hostname"], real["hostname"])
if not plan["capabilities"]["unchanged"]:
    same("capabilities", len(plan["capabilities"]["kept"]), bin(real["caps"]).count("1"))
    same("ambient", plan["capabilities"]["ambient"], real["ambient"] != 0)
env = {v["name"]: v["value"] for v in plan["environment"]}
real["environment"].pop("LC_CTYPE", None) if "LC_CTYPE" not in env else None # Python sets it
found = dict(real["environment"], PWD=None)
same("environment", env, found)
same("PWD", real["environment"]["PWD"], real["cwd"])
same("start", next(p for p in plan["command"]["starts_in_first_of"] if p in (real["cwd"], "/")), real["cwd"])
same("umask", plan["command"]["umask"], real["umask"])
same("fds", [f["fd"] for f in plan["fds"]["inherited"]], real["fds"])
same("init", plan["lifetime"]["own_init"] or plan["namespaces"]["pid"]["state"] != "new", real["pid"] != 1)
END

# real NAME OPTIONS...: the plan of these options, and what comes of them.
real()
{
    local name=$1 paths
    shift
    "$HUSK" "$@" --dry-run=json python3 - < "$T/look.py" > "$T/plan" 2> "$T/plan.err"
    t_is "$?:$(grep -v 'its abstract sockets are in reach' "$T/plan.err")" 0: "a plan: $name" || return
    mapfile -t paths < <(sed -n 's/^ *"path": "\(.*\)",$/\1/p' "$T/plan") # they are plain here
    "$HUSK" "$@" python3 - "${paths[@]}" < "$T/look.py" > "$T/real" 2> "$T/real.err"
    t_is "$?:$(grep -v 'its abstract sockets are in reach' "$T/real.err")" 0: "it is carried out" || return
    t_run python3 "$T/compare.py" "$T/plan" "$T/real"
    t_is "$status$err:$out" 0: "as planned"
}

# shellcheck disable=SC2206 # SYS is words
none=(-p none --unshare-user --unshare-pid $SYS --ro-bind-try /etc/alternatives /etc/alternatives --proc /proc)
real "the default"
real "-w, -r, -e and -n host" -w . -r "$T/data" -e A=b -e "B=c d" -n host
real "profile build" -p build
real "profile shell" -p shell
real "a mount of each kind" "${none[@]}" --dev /dev --tmpfs /tmp --perms 0700 --size 65536 --tmpfs /small \
    --unshare-ipc --mqueue /queue --dir /folder --symlink /tmp /link --bind "$T/data" /data \
    --ro-bind "$T/data" /ro --overlay-src "$T/low" --tmp-overlay /over --overlay-src "$T/low" \
    --overlay-src "$T/top" --ro-overlay /ro-over --mask /data/sub
real "flags" "${none[@]}" --noexec --bind "$T/data" /d1 --nosymfollow --ro-bind "$T/data" /d2 \
    --noexec --nosymfollow --tmpfs /d3 --dev-bind /dev /dev --remount-ro /d3 --remount-ro /
real "mounts that hide others" "${none[@]}" --dir /a --tmpfs /a --bind "$T/data" /a/b --tmpfs /a --dir /a/c \
    --ro-bind "$T/data" /d --bind "$T/data" /d --ro-bind-try /none-such /e
real "links in the sources" "${none[@]}" --symlink usr/bin /bin2 --ro-bind /proc/self/cwd /cwd --ro-bind . /dot
real "the host's root" -p none --unshare-user --dev-bind / /
real "ids" --uid 12 --gid 34
real "root with capabilities" --map-root --cap-add CAP_CHOWN --cap-add CAP_NET_ADMIN
real "few namespaces" -p none --unshare-user --dev-bind / / --unshare-uts --hostname other
real "all namespaces" -p none --unshare-all --unshare-time --dev-bind / /
real "a start elsewhere, and a session of its own" --chdir /usr/lib --new-session --as-pid-1 --setenv A 1
exec 7< /dev/null 8> /dev/null
real "inherited fds" --keep-fd 8
real "all inherited fds" "${none[@]}"
exec 7<&- 8>&-
umask 077
real "another umask"
umask 022
if [ "$(id -u)" = 0 ]; then
    real "root without a user namespace" -p none --dev-bind / /
    real "ranges" -p none --unshare-user --uid-map 0:0:1 --uid-map 1:300000:10 --gid-map 0:0:5 --dev-bind / /
elif grep -q "^$(id -un):" /etc/subuid; then
    real "ranges" -p none --unshare-user --map-auto --dev-bind / /
    real "ranges in the default profile" --map-auto
fi

t_done
