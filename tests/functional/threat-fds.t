#!/usr/bin/env bash
# No fd and no folder of the host's leaks inside: the command has what was asked for, and its current
# folder is in its own tree (CVE-2024-21626 of runc).
# vm: uml
. "${0%/*}/../lib.sh" || exit

[ -x "$HELPERS/fds" ] || t_skip_all "the test programs are not built"

mkdir -p "$T/secret/deep"
echo secret > "$T/secret/file"
echo data > "$T/data"

all=(-p none --unshare-user --unshare-pid --ro-bind / / --proc /proc)
show=$HELPERS/fds

# Nothing but 0, 1 and 2, whatever this test was started with.
for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    [ "$fd" -le 2 ] || [ "$fd" = 255 ] || exec {fd}<&-
done
exec 3< "$T/secret/file" 5< "$T/secret/file" 6< "$T/secret" 42> "$T/written"

t_run "$show"
t_is "$out" "0 1 2 3 5 6 42 " "without husk, fds are inherited"
t_run "$HUSK" "${all[@]}" "$show"
t_is "$out" "0 1 2 3 5 6 42 " "with profile none too, as bwrap's users expect, and none of husk's own"
t_run "$HUSK" "${all[@]}" --close-fds "$show"
t_is "$out" "0 1 2 " "--close-fds: none"
t_run "$HUSK" "${all[@]}" --close-fds --keep-fd 42 "$show"
t_is "$out" "0 1 2 42 " "--keep-fd: this one"
t_run "$HUSK" -r "$HELPERS" "$show"
t_is "$out" "0 1 2 " "profile default: none"
for how in --as-pid-1 --new-session "--sync-fd 42" "--lock-file $T/data" --die-with-parent --disable-userns \
    "--mask $T/secret" "--mask $T/absent" "--dev /dev" "--tmpfs /mnt"; do
    read -ra words <<< "$how"
    t_run "$HUSK" "${all[@]}" --close-fds "${words[@]}" "$show"
    t_is "$out" "0 1 2 " "$how: none"
    t_run "$HUSK" -p none --unshare-user --bind / / --close-fds "${words[@]}" "$show"
    [ "$how" = --as-pid-1 ] || t_is "$out" "0 1 2 " "$how without a pid namespace: none"
done
# What husk uses up itself is promised to nobody: its number may come to be one of husk's own files.
for how in "--info-fd 42" "--json-status-fd 42" "--block-fd 5" "--add-seccomp-fd 5" "--seccomp 5" "--bind-fd 6 /x" \
    "--ro-bind-data 5 /x" "--file 5 /x"; do
    read -ra words <<< "$how"
    for order in "${words[*]} --keep-fd ${words[1]}" "--keep-fd ${words[1]} ${words[*]}"; do
        read -ra both <<< "$order"
        t_run "$HUSK" "${all[@]}" "${both[@]}" "$show"
        t_is "$status/$out/$err" "125//husk: --keep-fd ${words[1]}: another option uses that fd" "$order"
    done
done
exec 3<&- 5<&- 6<&- 42>&-

# What is closed stays closed, and what husk opens does not come to be there: its guardian, say, closes
# all three.
closed=("$HUSK" -p none --unshare-user --unshare-pid --bind / / --mask "$T/absent" "$show" 3)
t_is "$("${closed[@]}" 3>&1 0<&-)" "1 2 3 " "a closed 0 stays closed"
t_is "$("${closed[@]}" 3>&1 1>&-)" "0 2 3 " "a closed 1 stays closed"
t_is "$("${closed[@]}" 3>&1 2>&-)" "0 1 3 " "a closed 2 stays closed"
t_is "$("${closed[@]}" 3>&1 0<&- 1>&- 2>&-)" "3 " "and so do all three"
t_ok "while husk works as ever" test ! -e "$T/absent"

# Those that husk was given for itself.
printf '\6\0\0\0\0\0\377\177' > "$T/filter" # BPF_RET | BPF_K, SECCOMP_RET_ALLOW
consumed=(--args 11 --file 12 /mnt/a --bind-data 13 /mnt/b --ro-bind-fd 14 /mnt/c --seccomp 15 --info-fd 16
    --json-status-fd 17 --block-fd 18)
t_run "$HUSK" "${all[@]}" --tmpfs /mnt "${consumed[@]}" \
    "$show" \
    11< /dev/null 12< "$T/data" 13< "$T/data" 14< "$T/secret" 15< "$T/filter" 16> "$T/info" 17> "$T/json" \
    18< "$T/data"
t_is "$out" "0 1 2 " "fds that are husk's are not the command's"

# The current folder. Outside one is in the secret folder, which is not shown.
system=(-p none --unshare-user --unshare-pid --ro-mirror /usr --ro-mirror /bin --ro-mirror /lib
    --ro-mirror /lib64 --proc /proc)
where='pwd -P; readlink /proc/self/cwd; for up in . .. ../.. ../../..; do ls "$up"; done'
cd "$T/secret/deep" || exit 99
t_run sh -c "$where"
t_like "$out" '^file$|[[:space:]]file[[:space:]]' "without husk, one sees the folders above"
t_run "$HUSK" "${system[@]}" sh -c "$where"
t_like "$out" $'^/\n/\n' "a folder that is not there inside is left for /"
t_unlike "$out" 'file' "and nothing of it is seen"

# Husk has fds of the host's while it sets up: none of them can be a way to enter.
leads=0
for fd in {0..30}; do
    for path in "/proc/self/fd/$fd" "/proc/self/fd/$fd/.." "/proc/thread-self/fd/$fd/../.." \
        "/proc/1/fd/$fd" "/proc/self/fd/$fd/1/root"; do
        out=$("$HUSK" "${system[@]}" --bind-fd 9 /shown --chdir "$path" sh -c "$where" 9< "$T/secret" 2> /dev/null)
        [ -z "$out" ] || leads=$((leads + 1))
    done
    HOME="/proc/self/fd/$fd" "$HUSK" "${system[@]}" --bind-fd 9 /shown sh -c "$where" 9< "$T/secret"
done > "$T/by-home" 2>&1
t_is $leads 0 "--chdir through an fd fails"
t_unlike "$(< "$T/by-home")" 'file|getcwd' "as does HOME"
t_ok "(where it fails, it starts in /)" grep -q '^/$' "$T/by-home"
t_run "$HUSK" "${system[@]}" --bind-fd 9 /shown --chdir /proc/self/root/shown true 9< "$T/secret"
t_is "$status" 125 "--chdir through another magic link fails"
for path in /shown/deep shown/deep /shown/../shown/./deep; do
    t_run "$HUSK" "${system[@]}" --bind "$T/secret" /shown --chdir "$path" pwd -P
    t_is "$out" /shown/deep "--chdir $path leads there"
done

# What is left of the old root: nothing, in no list of mounts.
t_run "$HUSK" "${system[@]}" sh -c 'echo /*; cat /proc/self/mountinfo'
t_like "$out" '^/bin /lib(.*) /proc /usr' "the root holds what was asked for"
t_unlike "$out" 'oldroot|newroot|put_old' "and no trace of the set-up"
t_is "$(grep -c ' / / ' <<< "$out")" 1 "there is one root"
t_done
