#!/usr/bin/env bash
# A root file system in a folder is used as root by an ordinary user: owners of many ids are made in
# it, which on the host are ids of the user's own range.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
t_need busybox tar

cd "$T" || exit 1
busybox=$(command -v busybox)
mkdir -p root/{bin,dev,etc,proc,root,srv,tmp,var}
cp "$busybox" root/bin/busybox
# Its libraries, where it is not static.
while IFS= read -r library; do
    mkdir -p "root${library%/*}"
    cp -L "$library" "root$library"
done < <(ldd "$busybox" 2> /dev/null | grep -o '/[^ ]*')
echo 'root:x:0:0:root:/root:/bin/sh' > root/etc/passwd
echo 'root:x:0:' > root/etc/group

if [ "$(id -u)" = 0 ]; then
    first=300000
    ids=(--uid-map 0:0:1 --uid-map "1:$first:65535" --gid-map 0:0:1 --gid-map "1:$first:65535")
else
    t_need newuidmap newgidmap
    first=$(awk -F: -v u="$(id -un)" '$1 == u && $3 >= 65535 { print $2; exit }' /etc/subuid)
    [ -n "$first" ] || t_skip_all "this user has no range of 65535 ids"
    ids=(--map-auto)
fi
inside=("$HUSK" -p none --unshare-all "${ids[@]}" --bind root / --proc /proc --dev /dev --clearenv
    --setenv PATH /bin --setenv HOME /root)

# owner FILE: who it belongs to on the host, as what this is inside.
owner()
{
    local u g
    read -r u g < <(stat -c '%u %g' "$1")
    [ "$u" = "$(id -u)" ] && u=0 || u=$((u - first + 1))
    [ "$g" = "$(id -g)" ] && g=0 || g=$((g - first + 1))
    echo "$u:$g"
}

t_ok "busybox puts its names there" "${inside[@]}" /bin/busybox --install -s /bin
t_run "${inside[@]}" sh -c 'id; echo $$; hostname > /dev/null; tty > /dev/null; pwd'
t_like "$out" 'uid=0\(root\) gid=0\(root\)' "root is who starts it"
t_ok "chown" "${inside[@]}" sh -ec 'cd /srv; for i in 1 33 1000 65534; do echo $i > $i; chown $i:$((i - 1)) $i; done
    echo 0 > 0'
for i in 1 33 1000 65534; do
    t_is "$(owner root/srv/$i)" "$i:$((i - 1))" "on the host, the file of $i is of the range"
done
t_is "$(stat -c %u root/srv/33)" $((first + 32)) "by its number"
t_is "$(owner root/srv/0)" 0:0 "root's own file is this user's"
t_fail "an id that is not mapped cannot own a file" "${inside[@]}" chown 70000 /srv/0

# A package, as a distribution has them: an archive with the owners of its files as numbers.
mkdir stage
for i in 0 1 2 33 100 999 1000 60000; do
    mkdir "stage/d$i"
    echo $i > "stage/d$i/f"
    tar --append -f many.tar --owner=$i --group=$((i / 2)) --numeric-owner --mode=u=rwX,g=rX,o=X \
        -C stage "d$i"
done
t_ok "tar unpacks files of many owners" "${inside[@]}" sh -c 'cd /var && tar -xpf -' < many.tar
for i in 0 1 2 33 100 999 1000 60000; do
    t_is "$(owner "root/var/d$i/f"):$(stat -c %a "root/var/d$i/f")" "$i:$((i / 2)):640" "of $i"
done
"${inside[@]}" sh -c 'cd /var && tar -c d*' > again.tar
list='NF { print $1, $2, $NF }'
t_is "$(tar --numeric-owner -tvf again.tar | awk "$list" | sort)" \
    "$(tar --numeric-owner -tvf many.tar | awk "$list" | sort)" "packed again inside, it is the same"

# Users.
t_ok "a user is added" "${inside[@]}" sh -ec 'echo joe:x:1000:1000::/home/joe:/bin/sh >> /etc/passwd
    mkdir -p /home/joe; chown joe:1000 /home/joe; echo secret > /root/secret; chmod 600 /root/secret'
t_is "$(owner root/home/joe)" 1000:1000 "the home is the new user's"
t_run "${inside[@]}" --uid 1000 --gid 1000 sh -c 'id -u; id -g; echo x > /home/joe/file; cat /root/secret
    echo x > /etc/passwd; chown 0 /home/joe/file'
t_is "$out" $'1000\n1000' "as the user"
t_is "$(grep -c 'ermission denied\|not permitted' <<< "$err")" 3 "who is only that"
t_is "$(owner root/home/joe/file)" 1000:1000 "the user's file is its own"
t_fail "no device can be made" "${inside[@]}" mknod /srv/null c 1 3
t_run "${inside[@]}" grep -E '^(CapInh|CapAmb):' /proc/self/status
t_is "$(tr -d '\t' <<< "$out")" $'CapInh:0000000000000000\nCapAmb:0000000000000000' "nothing is inheritable"

# What cannot be reached from this user's own session is removed the way it was made.
t_ok "all of it can be removed inside" "${inside[@]}" rm -rf /srv /var /home
t_fail "and is gone" test -e root/srv -o -e root/var -o -e root/home

t_done
