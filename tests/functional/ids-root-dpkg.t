#!/usr/bin/env bash
# dpkg works in a root file system whose root is an ordinary user: a package with files of several
# owners is built, installed, configured, and purged.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
t_need dpkg dpkg-deb tar

cd "$T" || exit 1
if [ "$(id -u)" = 0 ]; then
    first=300000
    ids=(--uid-map 0:0:1 --uid-map "1:$first:65535" --gid-map 0:0:1 --gid-map "1:$first:65535")
else
    t_need newuidmap newgidmap
    first=$(awk -F: -v u="$(id -un)" '$1 == u && $3 >= 65535 { print $2; exit }' /etc/subuid)
    [ -n "$first" ] || t_skip_all "this user has no range of 65535 ids"
    ids=(--map-auto)
fi

# The programs are the host's, all that dpkg writes is the root's own.
mkdir -p root/{usr,dev,proc,tmp,opt,var,etc/alternatives,var/lib/dpkg/{info,updates,triggers}} package/DEBIAN
for folder in /bin /sbin /lib /lib32 /lib64; do
    if [ -L $folder ]; then ln -s "$(readlink $folder)" root$folder; else mkdir -p root$folder; fi
done
touch root/var/lib/dpkg/{status,available}
echo 'root:x:0:0:root:/root:/bin/sh' > root/etc/passwd
echo 'root:x:0:' > root/etc/group
echo 'thing:x:33:' >> root/etc/group
# shellcheck disable=SC2206 # SYS is words
inside=("$HUSK" -p none --unshare-all "${ids[@]}" --bind root / $SYS --ro-bind-try /etc/alternatives
    /etc/alternatives --bind package /tmp --proc /proc --dev /dev --clearenv --setenv HOME /root
    --setenv PATH /usr/sbin:/usr/bin:/sbin:/bin)

mkdir -p package/thing/DEBIAN package/thing/opt/thing/data package/thing/etc/thing
cat > package/thing/DEBIAN/control << END
Package: husk-test-thing
Version: 1.0
Architecture: all
Maintainer: Nobody <nobody@example.org>
Description: a package of several owners
END
echo /etc/thing/settings > package/thing/DEBIAN/conffiles
cat > package/thing/DEBIAN/postinst << 'END'
#!/bin/sh -e
echo "$1 as $(id -u)" > /var/lib/thing
chown 33:thing /var/lib/thing
END
chmod 755 package/thing/DEBIAN/postinst
echo a > package/thing/opt/thing/program
echo b > package/thing/opt/thing/data/file
echo c > package/thing/etc/thing/settings

t_ok "dpkg-deb builds the package, with owners" "${inside[@]}" sh -ec 'cd /tmp
    chown 0:33 thing/opt/thing/program; chmod 2755 thing/opt/thing/program; chown -R 101:102 thing/opt/thing/data
    dpkg-deb -b thing thing.deb; chown -R 0:0 thing'
t_like "$(dpkg-deb -c package/thing.deb)" '101/102 .*data/file' "they are in it"
t_fail "it is not installed yet" "${inside[@]}" dpkg -s husk-test-thing
t_ok "dpkg -i" "${inside[@]}" dpkg -i /tmp/thing.deb
t_run "${inside[@]}" dpkg-query -W -f '${db:Status-Abbrev}${Version}\n' husk-test-thing
t_is "$out" "ii 1.0" "it is installed and configured"
t_is "$(cat root/var/lib/thing)" "configure as 0" "its script ran as root"

own=$(id -u):$(id -g)
while read -r file owner mode; do
    t_is "$(stat -c %u:%g:%a "root$file")" "$owner:$mode" "on the host, $file is of $owner"
done << END
/opt/thing/program $(id -u):$((first + 32)) 2755
/opt/thing/data $((first + 100)):$((first + 101)) 755
/opt/thing/data/file $((first + 100)):$((first + 101)) 644
/var/lib/thing $((first + 32)):$((first + 32)) 644
/etc/thing/settings $own 644
/var/lib/dpkg/info/husk-test-thing.list $own 644
END
t_run "${inside[@]}" setpriv --reuid 33 --regid 33 --clear-groups sh -c 'id -u; id -G; echo x > /var/lib/thing
    echo x > /var/lib/dpkg/status'
t_is "$out" $'33\n33' "root can become another user"
t_is "$(cat root/var/lib/thing):$(grep -c 'ermission denied' <<< "$err")" x:1 "who has its own rights, and only those"
t_ok "dpkg --verify" "${inside[@]}" dpkg --verify husk-test-thing
t_ok "dpkg --purge" "${inside[@]}" dpkg --purge husk-test-thing
t_fail "the files of the package are gone" test -e root/opt/thing
t_fail "the host knows nothing of it" dpkg -s husk-test-thing

t_done
