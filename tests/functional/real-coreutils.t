#!/usr/bin/env bash
# The commands of coreutils, nearly all of them, print under the policies `default' and `build' what they
# print outside.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit

cat > files.sh << 'END'
set -eu
cd "$(mktemp -d)"
seq 20 > numbers; cp numbers copy; cp -a --sparse=always numbers sparse; cp --reflink=auto numbers reflinked
mv copy moved; ln moved hard; ln -s moved soft; link hard third; unlink third
readlink soft; realpath --relative-to=. soft; basename "$PWD/x.c" .c; dirname a/b/c
mkdir -p d/e/f; rmdir d/e/f; mkfifo fifo; mknod node p; stat -c '%F %h %s' moved soft fifo node; stat -c %F d
touch -d 2020-02-02T02:02:02Z moved; date -u -r moved +%F; stat -c %Y moved; ls -l --time-style=+%s soft moved | cut -c1-10
chmod 640 moved; stat -c %a moved; chown "$(id -u)" moved; chgrp "$(id -g)" moved; chmod -R go= d
install -m 700 numbers d/installed; ls d; dir d; vdir d | tail -n 1 | cut -c1-10
truncate -s 1M big; du --apparent-size -k big | cut -f1; dd if=/dev/zero of=big bs=64K count=4 conv=fsync status=none; wc -c big
shred -n 1 -u big; [ ! -e big ]; mktemp -u xXXXX | wc -c; sync; sync numbers; df . | wc -l; stat -f -c %a . | wc -l
split -l 5 numbers part.; cat part.a? | cmp - numbers; csplit -s numbers 10; head -n 1 xx01; rm -rf part.* xx* d
test -e numbers; dircolors -b | tail -n 1; ls -a | sort | tr '\n' ' '; pathchk -p numbers
tail -n 1 -f numbers --pid=1 > tail.out & tail=$!
sleep 0.2; kill $tail; wait $tail 2> wait.out || echo "tail $?"
echo done
END
cat > text.sh << 'END'
set -eu
cd "$(mktemp -d)"
seq 30 | shuf --random-source=/dev/zero > a; sort -n a -o b; sort -R b | sort -n --parallel=4 | sort -c -n
seq 200000 | sort -S 1M -r --parallel=2 | sum; cat -A b | head -n 1; tac b | head -n 1; tail -n 2 b; nl b | sed -n 3p; wc b
printf 'a b\nb c\n' | tsort; printf 'k 1\nl 2\n' > x; printf 'k 3\nl 4\n' > y; join x y; comm -12 x x; paste x y; uniq -c x
cut -d' ' -f2 x; tr a-z A-Z < x; expand -t 4 <<< $'a\tb'; unexpand -a <<< '        x'; fold -w 2 <<< abcd
fmt -w 10 <<< 'some words to be filled'; pr -t -2 -l 3 x; ptx -w 30 <<< 'one two'; od -An -tx1 <<< x; factor 1001
for c in md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum; do $c b; done; sha256sum b | sha256sum -c
base64 b | base64 -d | cmp - b; base32 b | base32 -d | cmp - b; basenc --z85 <<< 'abcdefg' | basenc --z85 -d
expr 6 \* 7; numfmt --to=iec 1048576; seq -s, 1 2 9; printf '%s|%05d\n' x 42; echo -e 'a\tb'; yes | head -n 2
tee t1 t2 <<< tee; cat t1 t2; date -u -d @1000000000 +%FT%T; [ 1 -lt 2 ]; true; ! false
echo done
END
cat > system.sh << 'END'
set -eu
arch; uname -sm; nproc > n; nproc --all >> n; [ "$(wc -l < n)" = 2 ]; hostid | wc -l; id -u; id -un; id -g; whoami; groups | wc -l
logname 2>&1 | wc -l; who | wc -l; users | wc -w > u; pinky > u 2> u || true; tty || true; pwd -P > p; printenv TZ; env -i A=1 env; env -u TZ true
nice -n 5 nice; timeout 5 true; timeout 0.1 sleep 5 || echo "timeout $?"; timeout --foreground 5 sleep 0.01
stdbuf -oL echo unbuffered; nohup echo nohup 2> nohup.err; chroot / true 2> chroot.err || [ "$(id -u)" != 0 ] || echo refused > r
stty -a < /dev/null 2> stty.err || echo "no terminal"; runcon true 2> runcon.err || true; chcon x y 2> chcon.err || true; sleep 0.01
echo done
END
# Where they start from, on both sides, is a folder that can be written.
for script in files text; do
    t_real_same $script bash $script.sh
done
t_real_same system bash -c 'script=$PWD/system.sh; cd "$(mktemp -d)" && . "$script"'

# Each command of the package is in a script, or is none that says anything here.
if commands=$(dpkg -L coreutils 2> /dev/null | sed -n 's,^/\(usr/\)\?s\?bin/,,p'); then
    for command in $commands; do
        grep -qwF -e "${command%.textutils}" ./*.sh || echo "$command"
    done > "$T/untried"
    t_is "$(< "$T/untried")" "" "all $(wc -w <<< "$commands") commands are tried"
fi
t_done
