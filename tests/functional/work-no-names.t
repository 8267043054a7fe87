#!/usr/bin/env bash
# By default a command does not learn which machine it is on, nor who else has an account there.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir -p "$T/home/work"
cd "$T/home/work" || exit 1

user=$(id -un)
t_run "$HUSK" sh -c 'cut -d: -f1 /etc/passwd | sort'
t_is "$out" "$(printf 'nobody\nroot\n%s\n' "$user" | sort -u)" "users: root, this one and nobody"
t_run "$HUSK" sh -c 'cut -d: -f1 /etc/group | sort | wc -l; wc -l < /etc/group'
if [ "$(id -u)" = 0 ]; then
    t_is "$out" $'2\n2' "groups: root's and nobody's"
else
    t_is "$out" $'3\n3' "groups: root's, this user's and nobody's"
fi
mapfile -t others < <(cut -d: -f1 /etc/passwd | grep -vx "root\|nobody\|$user")
t_unlike "${#others[@]}" '^0$' "the host has more users"
t_run "$HUSK" sh -c 'for name; do getent passwd "$name"; done' sh "${others[@]}"
t_is "$out" "" "none of them is found inside"
t_run "$HUSK" sh -c 'id -un; id -u; id -g; echo ~; echo ~root; whoami'
t_is "$out" "$(printf '%s\n' "$user" "$(id -u)" "$(id -g)" "$HOME" \
    "$([ "$user" = root ] && echo "$HOME" || echo /root)" "$user")" "this user is who it was"
t_run "$HUSK" stat -c %U:%G /usr
if [ "$(id -u)" = 0 ]; then
    t_is "$out" root:root "what root owns"
else
    t_is "$out" nobody:nogroup "what others own"
fi

for file in /etc/machine-id /var/lib/dbus/machine-id /etc/hostname /etc/fstab /etc/shadow /etc/gshadow \
    /etc/ssh /etc/environment /etc/crontab /etc/subuid /etc/sudoers /etc/ssl/private /boot /srv /sys \
    /var/log /var/mail /media /mnt /opt /etc/apt /etc/profile.d; do
    t_fail "there is no $file" "$HUSK" ls "$file"
done
t_run "$HUSK" sh -c 'uname -n; cat /proc/sys/kernel/hostname'
t_is "$out" $'husk\nhusk' "the host name is husk"
t_run "$HUSK" cat /etc/hosts
t_is "$out" $'127.0.0.1 localhost husk\n::1 localhost ip6-localhost husk' "the same in /etc/hosts"
t_run "$HUSK" cat /proc/self/cgroup
t_unlike "$out" ':/[^
]' "cgroup paths do not tell"

# What programs need is there.
for file in /etc/ld.so.cache /etc/nsswitch.conf /etc/services /etc/os-release /etc/resolv.conf \
    /etc/localtime /etc/ssl/certs /etc/alternatives; do
    [ -e "$file" ] || continue
    t_ok "there is a $file" "$HUSK" ls "$file"
done
t_is "$("$HUSK" cat /etc/nsswitch.conf)" "$(cat /etc/nsswitch.conf)" "and nsswitch.conf is the host's"

t_done
