#!/usr/bin/env bash
# The sockets by which others could be asked to do things for a sandboxed command are not reachable in
# profile default: buses, systemd, docker, agents, displays; files, abstract ones, and the loopback.
# vm: uml 6.12
. "${0%/*}/../lib.sh" || exit
[ -x /usr/bin/python3 ] || t_skip_all "python3 is not installed"

export HOME=$T/home XDG_RUNTIME_DIR=/run/user/4321
mkdir -p "$HOME/.gnupg"
sockets=(
    /run/dbus/system_bus_socket
    /run/docker.sock
    /run/systemd/private
    /run/systemd/notify
    /run/systemd/journal/socket
    $XDG_RUNTIME_DIR/bus
    $XDG_RUNTIME_DIR/systemd/private
    $XDG_RUNTIME_DIR/wayland-0
    $XDG_RUNTIME_DIR/gnupg/S.gpg-agent
    $XDG_RUNTIME_DIR/pulse/native
    $XDG_RUNTIME_DIR/keyring/ssh
    $XDG_RUNTIME_DIR/docker.sock
    /tmp/.X11-unix/X0
    /tmp/.ICE-unix/1
    /tmp/ssh-agent/agent.1
    /tmp/tmux-0/default
    /var/tmp/socket
    /dev/shm/socket
    "$HOME/.gnupg/S.gpg-agent"
    "@/tmp/.X11-unix/X0"
    "@/tmp/dbus-abstract"
    tcp:127.0.0.1
    tcp:::1
)

cat > "$T/server.py" << 'END'
import os, select, socket, sys
servers = []
with open(sys.argv[1], "w") as names:
    for name in sys.argv[2:]:
        if name.startswith("tcp:"):
            family = socket.AF_INET6 if "::1" in name else socket.AF_INET
            s = socket.socket(family)
            try:
                s.bind((name[4:], 0))
            except OSError:
                continue # no IPv6 here
            name += " %d" % s.getsockname()[1]
        else:
            s = socket.socket(socket.AF_UNIX)
            if name.startswith("@"):
                name += "-%d" % os.getpid()
                s.bind("\0" + name[1:])
            else:
                os.makedirs(os.path.dirname(name), exist_ok=True)
                s.bind(name)
        s.listen()
        servers.append(s)
        print(name, file=names)
os.rename(sys.argv[1], sys.argv[1] + ".ready")
while True:
    for s in select.select(servers, [], [])[0]:
        s.accept()[0].close()
END
cat > "$T/client.py" << 'END'
import os, socket, sys
for name in open(0).read().splitlines():
    try:
        if name.startswith("tcp:"):
            host, port = name[4:].split()
            socket.create_connection((host, int(port)), 5)
        else:
            s = socket.socket(socket.AF_UNIX)
            s.connect("\0" + name[1:] if name[0] == "@" else name)
        print("reached", name)
    except OSError as e:
        print("not", name, e)
for name in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "SSH_AUTH_SOCK", "DOCKER_HOST", "DISPLAY", "XAUTHORITY",
             "WAYLAND_DISPLAY", "GPG_AGENT_INFO", "NOTIFY_SOCKET", "LISTEN_FDS", "PULSE_SERVER", "TMUX", "SUDO_COMMAND"):
    if name in os.environ:
        print("told", name)
END

# Both ways, one after the other, on a machine that has all of those: with folders of our own where they
# are, in a mount namespace of our own.
cat > "$T/both" << 'END'
mkdir "$T/tmp"
mount -t tmpfs none "$T/tmp"
for keep in "$T" "${HUSK%/*}"; do
    [[ $keep == /tmp/* ]] || continue
    mkdir -p "$T/tmp/${keep#/tmp/}"
    mount --bind "$keep" "$T/tmp/${keep#/tmp/}"
done
mount --rbind "$T/tmp" /tmp
for folder in /run /var/tmp /dev/shm; do
    mount -t tmpfs none "$folder"
done
/usr/bin/python3 "$T/server.py" "$T/names" "${@}" &
server=$!
for ((i = 0; i < 1000; i++)); do
    [ ! -e "$T/names.ready" ] || break
    sleep 0.02
done
export DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket
export SSH_AUTH_SOCK=/tmp/ssh-agent/agent.1 DOCKER_HOST=unix:///run/docker.sock DISPLAY=:0 XAUTHORITY=$HOME/.Xauthority
export WAYLAND_DISPLAY=wayland-0 GPG_AGENT_INFO=x NOTIFY_SOCKET=/run/systemd/notify LISTEN_FDS=1 PULSE_SERVER=x TMUX=x SUDO_COMMAND=x
cd /
/usr/bin/python3 "$T/client.py" < "$T/names.ready" > "$T/outside"
"$HUSK" --ro-bind "$T/client.py" /client.py /usr/bin/python3 /client.py < "$T/names.ready" > "$T/inside" 2> "$T/inside.err"
"$HUSK" -n host --ro-bind "$T/client.py" /client.py /usr/bin/python3 /client.py < "$T/names.ready" > "$T/shared" 2> "$T/shared.err"
"$HUSK" -n host --landlock none --ro-bind "$T/client.py" /client.py /usr/bin/python3 /client.py < "$T/names.ready" > "$T/bare" 2> "$T/bare.err"
if command -v systemd-run > /dev/null; then
    "$HUSK" systemd-run --user --wait true > "$T/systemd-run" 2>&1 && echo "systemd-run worked" >> "$T/inside"
fi
kill $server
END
export T HUSK
declare -f t_outer > "$T/outer"
t_run bash -c '. "$0"; t_outer ". \"\$T/both\"" "$@"' "$T/outer" "${sockets[@]}"
[ -e "$T/names.ready" ] || t_last

mapfile -t names < "$T/names.ready"
t_is "$(grep -c '^reached' "$T/outside")" "${#names[@]}" "without husk, each of ${#names[@]} is reached"
t_like "$(< "$T/outside")" 'told DBUS_SESSION_BUS_ADDRESS' "and variables tell of them"
for name in "${names[@]}"; do
    t_like "$(grep -F -- " $name " "$T/inside")" "^not " "inside not: ${name//[0-9]/N}"
done
t_unlike "$(< "$T/inside")" 'told|reached|worked' "nothing is reached, and nothing tells of any"
t_is "$(grep -c '^not' "$T/inside")" "${#names[@]}" "of all that were tried"
t_like "$(grep '^reached' "$T/bare")" 'reached @.*reached @.*reached tcp' "with --net host and without Landlock, abstract sockets and the loopback are"
t_unlike "$(grep '^reached' "$T/bare")" 'reached /' "but none that is a file"
t_like "$(grep '^reached' "$T/shared")" 'reached tcp' "with --net host the loopback is: see the manual"
t_unlike "$(grep '^reached' "$T/shared")" 'reached /' "no socket that is a file"
t_run "$HUSK" --verbose -n host true
if "$HUSK" --require landlock:6 true 2> "$T/require.err"; then
    t_unlike "$(grep '^reached' "$T/shared")" 'reached @' "and no abstract one, by Landlock"
    t_like "$err" 'active: .*landlock [0-9]+ [(][^)]*abstract' "which --verbose says"
    t_run "$HUSK" -n host true
    t_unlike "$err" abstract "and nothing is said without"
else
    t_like "$(grep '^reached' "$T/shared")" 'reached @' "and abstract ones, on this kernel"
    t_like "$err" 'not: .*landlock [(].*(abstract|not in this kernel)' "which --verbose says"
    t_run "$HUSK" -n host true
    t_like "$status $err" '^0 .*hint: .*abstract sockets are in reach' "and a hint, without being asked"
    t_run "$HUSK" true
    t_unlike "$err" abstract "not where the network is not the host's"
fi
t_done
