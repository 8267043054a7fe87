#!/usr/bin/env bash
# Chromium renders a page in profile browser, with its own sandbox, which it cannot make under the policy
# `default'. It refuses to be root with that; so where root runs husk it is another user inside.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need chromium python3
T_TIMEOUT=100

browser=("$HUSK" -p browser)
[ "$(id -u)" != 0 ] || browser+=(--uid 1000 --gid 1000)
mkdir "$T/secret"
cat > page.html << 'END'
<!doctype html>
<body style="background: #0a0"><p id=p>as it came</p>
<script>
document.getElementById('p').textContent = 'computed ' + 6 * 7;
</script>
END
cp page.html "$T/secret"

t_run "${browser[@]}" -r "$T/secret" chromium --headless --dump-dom "file://$T/secret/page.html"
t_is "$status" 0 "it ends well"
t_like "$out" '<p id="p">computed 42</p>' "a page is loaded, and its script run"
t_run "${browser[@]}" chromium --headless --dump-dom "file://$T/secret/page.html"
t_unlike "$out" 'computed' "what husk does not show cannot be loaded"

# While it waits for somebody to talk to it: a renderer is in a pid namespace further inside, so it has more
# numbers than the shell here, and more filters.
cat > look.sh << 'END'
chromium --headless --remote-debugging-port=0 "file://$PWD/page.html" > /tmp/log 2>&1 &
field() { sed -n "s/^$2:\s*//p" "/proc/$1/status" 2> /dev/null; }
for i in $(seq 1000); do
    for pid in $(grep -lsaE 'type=[r]enderer' /proc/[0-9]*/cmdline | cut -d/ -f3); do
        own=$(field "$pid" Seccomp_filters) husks=$(field $$ Seccomp_filters)
        [ "${own:-0}" -gt "$husks" ] && [ "$(field "$pid" NSpid | wc -w)" -gt "$(field $$ NSpid | wc -w)" ] || continue
        echo contained
        exit
    done
    sleep 0.02
done
cat /tmp/log
END
t_run "${browser[@]}" bash look.sh
t_is "$out" "contained" "its renderers are in its own sandbox"

t_run "${browser[@]}" -w . chromium --headless --window-size=200,100 "--screenshot=$PWD/page.png" "file://$PWD/page.html"
# The last pixel of the image, of lines that are each filtered in one of five ways.
cat > pixel.py << 'END'
import struct, sys, zlib
data, at, packed = open(sys.argv[1], "rb").read(), 8, b""
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    if kind == b"IHDR":
        width, height, depth, colour = struct.unpack(">IIBB", data[at + 8:at + 18])
    elif kind == b"IDAT":
        packed += data[at + 8:at + 8 + size]
    at += size + 12
raw, bytes_each = zlib.decompress(packed), {2: 3, 6: 4}[colour]
stride, above, at = width * bytes_each, bytearray(width * bytes_each), 0
def paeth(a, b, c):
    return min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
for _ in range(height):
    how, line = raw[at], bytearray(raw[at + 1:at + 1 + stride])
    for i in range(stride):
        a, b, c = line[i - bytes_each] if i >= bytes_each else 0, above[i], above[i - bytes_each] if i >= bytes_each else 0
        line[i] = line[i] + [0, a, b, (a + b) // 2, paeth(a, b, c)][how] & 255
    above, at = line, at + 1 + stride
print(width, height, tuple(line[-bytes_each:][:3]))
END
t_is "$(python3 pixel.py page.png)" "200 100 (0, 170, 0)" "a screenshot is as green as the page"

t_run "${browser[@]}" --seccomp-profile default chromium --headless --dump-dom "file://$PWD/page.html"
t_like "$err" 'No usable sandbox' "under the policy \`default' it finds no sandbox"
t_unlike "$out" 'computed' "and does not go on without one"
t_run "${browser[@]}" --disable-userns chromium --headless
t_is "$status" 125 "the policy is an error without user namespaces"
t_like "$err" 'hint: --allow-userns' "and husk says what allows them"
t_done
