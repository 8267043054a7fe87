#!/usr/bin/env bash
# Mount points that are missing in a folder of the host: husk refuses with a hint and makes nothing;
# --host-mountpoints allows it; bwrap makes them, and husk as bwrap does the same.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/top" "$T/source"
echo data > "$T/source/file"
before=$(t_host)
mounts=("--bind $T/source" "--ro-bind $T/source/file" "--tmpfs" "--proc" "--dev" "--ro-bind-data 9" "--bind-fd 8")
for view in "--bind / /" "--unshare-user --unshare-pid --bind / /" "$SYS --bind $T/top $T/top" "--dev-bind / /"; do
    read -ra options <<< "$view"
    for mount in "${mounts[@]}"; do
        read -ra words <<< "$mount"
        for path in absent absent/deeper; do
            t_run "$HUSK" -p none "${options[@]}" "${words[@]}" "$T/top/$path" echo ran 8< "$T/source" 9< "$T/source/file"
            t_is "$status/$out" 125/ "${words[0]} on $path is refused in ${view:0:30}"
            t_like "$err" "^husk: $T/top/$path does not exist, and would have to be made in a folder of the host \(${words[0]}[^
]*\)
husk: hint: make it on the host first \(mkdir or touch\), or allow it with --host-mountpoints\$" "with a hint"
        done
    done
done
t_is "$(t_host)" "$before" "nothing was made"
t_run "$HUSK" -w "$T/top" --tmpfs "$T/top/absent" echo ran
t_is "$status/$out" 125/ "so it is in profile default"
t_is "$(t_host)" "$before" "nothing was made"

mkdir "$T/top/there"
touch "$T/top/file"
before=$(t_host)
t_ok "what is there is used" "$HUSK" -p none --bind / / --tmpfs "$T/top/there" --ro-bind "$T/source/file" "$T/top/file" \
    grep -q data "$T/top/file"
t_ok "in a file system of ours they are made" "$HUSK" -p none --bind / / --tmpfs "$T/top/there" \
    --bind "$T/source" "$T/top/there/a/b" cat "$T/top/there/a/b/file"
t_is "$(t_host)" "$before" "nothing was made on the host"

for program in "$HUSK -p none --host-mountpoints" "$BWRAP_HUSK"; do
    read -ra words <<< "$program"
    rm -rf "$T/top"
    mkdir "$T/top"
    t_ok "${words[*]:1}: a folder" "${words[@]}" --bind / / --tmpfs "$T/top/a/b" touch "$T/top/a/b/inside"
    t_ok "a file" "${words[@]}" --bind / / --ro-bind "$T/source/file" "$T/top/c/file" grep -q data "$T/top/c/file"
    t_is "$(cd "$T/top" && find . -printf '%p %y %m %s,' | tr , '\n' | sed '/ d /s/ [0-9]*$//' | sort)" ". d 755
./a d 755
./a/b d 755
./c d 755
./c/file f 444 0" "they are made on the host"
done
same_as_bwrap_sh "what bwrap makes" '"$B" --bind / / --tmpfs "$W/a/b" --ro-bind /etc/passwd "$W/c/file" true
    find . -printf "%p %y\n" | sort'
t_done
