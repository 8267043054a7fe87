#!/usr/bin/env bash
# --noexec and --nosymfollow are for the next bind, tmpfs or overlay, and for nothing else.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/data/sub" "$T/low" "$T/up" "$T/work" "$T/cwd"
cd "$T/cwd" || exit 1
printf '#!/bin/sh\necho run\n' | tee "$T/data/tool" "$T/data/sub/tool" > "$T/low/tool"
chmod 755 "$T/data/tool" "$T/data/sub/tool" "$T/low/tool"
echo text | tee "$T/data/file" > "$T/low/file"
ln -s file "$T/data/link"
ln -s file "$T/low/link"
# shellcheck disable=SC2206 # SYS is words
none=(-p none --unshare-user --unshare-pid $SYS --proc /proc --dev /dev)
try='cd /m; ./tool 2> /dev/null || echo "no run"; cat link 2> /dev/null || echo "no link"; cat file'

# shows WANT NAME OPTIONS...: what is possible in /m.
shows()
{
    t_run "$HUSK" "${none[@]}" "${@:3}" sh -c "$try"
    t_is "$(paste -sd, <<< "$out")" "$1" "$2"
}

exec 7< "$T/data"
overlay=(--overlay-src "$T/low")
for kind in "--bind $T/data /m" "--ro-bind $T/data /m" "--dev-bind $T/data /m" "--bind-fd 7 /m"; do
    read -ra words <<< "$kind"
    shows run,text,text "${words[0]}" "${words[@]}"
    shows "no run,text,text" "--noexec ${words[0]}" --noexec "${words[@]}"
    shows "run,no link,text" "--nosymfollow ${words[0]}" --nosymfollow "${words[@]}"
    shows "no run,no link,text" "both" --noexec --nosymfollow "${words[@]}"
done
for kind in --tmp-overlay "--overlay $T/up $T/work"; do
    read -ra words <<< "$kind"
    shows run,text,text "${words[0]}" "${overlay[@]}" "${words[@]}" /m
    shows "no run,text,text" "--noexec ${words[0]}" --noexec "${overlay[@]}" "${words[@]}" /m
    shows "no run,no link,text" "both, between its sources" "${overlay[@]}" --noexec --nosymfollow "${words[@]}" /m
done
exec 7<&-

fill='cp /data/tool /data/file /m; ln -s file /m/link; '
try=$fill$try
data=(--ro-bind "$T/data" /data)
shows run,text,text "--tmpfs" "${data[@]}" --tmpfs /m
shows "no run,text,text" "--noexec --tmpfs" "${data[@]}" --noexec --tmpfs /m
shows "run,no link,text" "--nosymfollow --tmpfs" "${data[@]}" --nosymfollow --tmpfs /m
shows "no run,text,text" "with other modifiers" "${data[@]}" --perms 0700 --noexec --size 65536 --tmpfs /m
try=${try#"$fill"}

printf '#!/bin/sh\necho run\n' > script
t_run "$HUSK" "${none[@]}" --perms 0755 --ro-bind-data 3 /x /x 3< script
t_is "$out" run "--ro-bind-data"
t_run "$HUSK" "${none[@]}" --perms 0755 --noexec --ro-bind-data 3 /x /x 3< script
t_is "$status" 126 "--noexec --ro-bind-data"

# Only the next one; and all of it.
shows run,text,text "what comes after has none" --noexec --nosymfollow --tmpfs /x --bind "$T/data" /m
t_run "$HUSK" "${none[@]}" --noexec --bind "$T/data" /m /m/sub/tool
t_is "$status" 126 "a program below it cannot be a command either"
t_run "$HUSK" "${none[@]}" --noexec --bind "$T/data" /m sh /m/tool
t_is "$out" run "what noexec cannot prevent: a shell that reads it"
mounts='mkdir -p "$1/data/sub"; mount -t tmpfs none "$1/data/sub"; cp "$1/low/tool" "$1/data/sub"; shift; exec "$@"'
(t_outer "$mounts" "$T" "$HUSK" "${none[@]}" --noexec --bind "$T/data" /m /m/sub/tool) > /dev/null 2>&1
t_is "$?" 126 "it holds for what the host has mounted below"
t_run "$HUSK" --noexec -w . --tmpfs /x sh -c 'cp /bin/true /x && /x/true && cp /bin/true . && ./true'
t_is "$status" 126 "-w is a bind"
rm -f true

# The flags can be seen; none that is there already is lost.
t_run "$HUSK" "${none[@]}" --noexec --nosymfollow --ro-bind "$T/data" /m grep -o ' /m [^ ]*' /proc/self/mountinfo
t_like "$out" ' /m ro,nosuid,nodev,noexec,.*nosymfollow' "mountinfo shows them"
mounts='mount --bind "$1/data" "$1/data"; mount -o remount,bind,noexec,nodev,nosuid "$1/data"; shift; exec "$@"'
(t_outer "$mounts" "$T" "$HUSK" "${none[@]}" --bind "$T/data" /m /m/tool) > /dev/null 2>&1
t_is "$?" 126 "what is noexec on the host stays so"

# Where they mean nothing.
for option in "--dir /x" "--proc /x" "--dev /x" "--symlink a /x" "--mask /x" "--chmod 0755 /m" "--file 3 /x" \
    "--remount-ro /usr" "--mqueue /x" "--setenv A B"; do
    # shellcheck disable=SC2086 # these are words
    t_run "$HUSK" "${none[@]}" --noexec $option true 3< /dev/null
    t_is "$status" 125 "--noexec ${option%% *}"
    t_like "$err" "^husk: --noexec: --noexec and --nosymfollow must be followed by a bind, a tmpfs or an overlay" \
        "is refused"
done
t_run "$HUSK" "${none[@]}" --nosymfollow true
t_is "$status" 125 "nothing behind it"

t_done
