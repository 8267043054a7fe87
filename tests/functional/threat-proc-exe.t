#!/usr/bin/env bash
# Root inside cannot reach husk's own program file on the host: not through its init, and not by making
# husk execute itself (CVE-2019-5736 of runc).
# vm: uml
. "${0%/*}/../lib.sh" || exit

# A husk that the user who runs it may write to.
mkdir -p "$T/bin" "$T/root/usr" "$T/root/proc" "$T/root/dev" "$T/root/tmp" "$T/root/mnt"
cp "$HUSK" "$T/bin/husk"
before=$(cksum < "$T/bin/husk")
root=("$T/bin/husk" -p none --map-root --cap-add ALL --unshare-user --bind "$T/root" /
    --ro-mirror /usr --ro-mirror /bin --ro-mirror /lib --ro-mirror /lib64 --proc /proc --dev /dev --tmpfs /tmp)

# What is tried on a process, its init say.
cat > "$T/root/try" << 'END'
#!/bin/bash
for name in exe root cwd fd/0 ns/mnt; do
    readlink "/proc/$1/$name" && echo "$name can be looked up"
done
for name in exe mem environ maps; do
    head -c 4 "/proc/$1/$name" > /tmp/got && [ -s /tmp/got ] && echo "$name can be read"
done
for name in exe mem fd/0; do
    (exec 3<> "/proc/$1/$name") && echo "$name can be opened"
done
chmod 0777 "/proc/$1/exe" && echo "exe can be changed"
(exec 3< "/proc/$1/exe" && echo pwned > /proc/self/fd/3) && echo "exe can be written"
[ "$(id -u)" = 0 ] && echo "as root"
END
chmod +x "$T/root/try"

t_run "${root[@]}" --unshare-pid --as-pid-1 bash -c '/try 1; :'
t_like "$out" 'exe can be looked up.*exe can be read.*mem can be opened.*as root' \
    "an init that is an ordinary process is open to root"
t_run "${root[@]}" --unshare-pid /try 1
t_is "$out" "as root" "husk's is not"
t_like "$err" 'Permission denied' "for the reason that is meant"

# Without a pid namespace the processes of the host are there to be tried: husk itself is one.
t_run "${root[@]}" bash -c '/try $PPID'
t_is "$out" "as root" "nor is husk outside, where its process can be seen"

# The command is husk's own file, by a link or as the interpreter of a script; the script is a profile as
# well, which starts what overwrites the file of its parent when that has ended.
cat > "$T/root/entry" << 'END'
#!/proc/self/exe -p
dev-bind / /
END
cat > "$T/root/attack" << 'END'
#!/bin/bash
exec 3< "/proc/$PPID/exe" || exit
echo "reached $(readlink "/proc/$PPID/exe")"
(
    for ((i = 0; i < 200; i++)); do
        sleep 0.05
        echo pwned 2> /dev/null > /proc/self/fd/3 && break
    done
) > /dev/null 2>&1 &
END
chmod +x "$T/root/entry" "$T/root/attack"
ln -s /proc/self/exe "$T/root/link"

# The attack itself is fine: with a husk that is in the sandbox rightfully, it gets at that one.
cp "$HUSK" "$T/root/husk"
t_run "${root[@]}" --unshare-pid bash -c '/husk -p /entry /attack
    for i in {1..200}; do [ "$(head -c 5 /husk)" = pwned ] && break; sleep 0.05; done'
t_is "$out" "reached /husk" "the attack reaches a husk that is inside"
t_is "$(< "$T/root/husk")" pwned "and overwrites it"

for entry in /entry /link /proc/self/exe /proc/thread-self/exe; do
    t_run "${root[@]}" "$entry" /attack
    t_is "$out" "" "not one outside, when told to execute $entry"
    t_unlike "$status" '^0$' "which fails"
done
sleep 0.2
t_is "$(cksum < "$T/bin/husk")" "$before" "husk's file is as it was"

# A husk that is called inside another is its own there.
t_run "${root[@]}" --unshare-pid --ro-bind "$T/bin" /mnt /mnt/husk -p none --bind / / echo nested
t_is "$out" nested "a husk inside a husk works"
t_done
