#!/usr/bin/env bash
# While somebody swaps files, folders and links, again and again, where husk puts masks, has profiles, keeps what it
# compiled, hides its own folders and writes a report, each launch is one of those that were asked for, or is refused;
# nothing outside is read, made or removed. (Of sources and destinations: threat-source-race.t.)
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/races.sh"

times=$((${HUSK_RACES:-560} / 14))
export HOME=$T/home XDG_RUNTIME_DIR=$T/run
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME
mkdir -p "$HOME" "$XDG_RUNTIME_DIR"
system=(--unshare-user --unshare-pid --ro-mirror /usr --ro-mirror /bin --ro-mirror /lib --ro-mirror /lib64)

# ---- what a launch must neither read nor change
mkdir -p "$T/victim/deep/er"
echo secret > "$T/victim/name"
echo secret > "$T/victim/deep/name"
victim=$(t_tree "$T/victim")

unharmed()
{
    t_is "$(t_tree "$T/victim")" "$victim" "$1: what the link leads to is as it was"
}

# tree: a folder that is shown, $T/tree, with a folder x and a link y to the victim.
tree()
{
    chmod -R u+rwx "$T/tree" 2> /dev/null
    rm -rf "$T/tree"
    mkdir -p "$T/tree/x/deep"
    echo plain > "$T/tree/x/name"
    echo plain > "$T/tree/x/deep/name"
    ln -s "$T/victim" "$T/tree/y"
}

# ---- a part of a source's path, above the folder that is shown
tree
mkdir -p "$HOME/.config/husk/deep"
echo own > "$HOME/.config/husk/deep/name"
ln -sfn "$HOME/.config/husk" "$T/tree/y"
t_is "$(cat "$T/tree/y/deep/name")" own "without husk, the link leads to husk's own folder"
race -n plain -n refused "$T/tree/x" "$T/tree/y" $times "$HUSK" -p none "${system[@]}" --bind "$T/tree/x/deep" /d cat /d/name
t_unlike "$saw" own "a folder on the way to a source is swapped: husk's own is never shown"
t_like "$saw" '[0-9] plain' "while the plain one is"
t_like "$saw" '[0-9] refused' "and some are refused"

# ---- folders on the way to a mask, and to a mask's placeholder
tree
race -n plain -n secret "$T/tree/x" "$T/tree/y" 200 cat "$T/tree/x/name"
t_like "$saw" secret "without husk, somebody who uses the names comes to the victim"
t_like "$saw" plain "and to where it should"
for mask in x/name x/absent x/deep/absent/er; do
    tree
    before=$(find "$T/tree" | sort)
    race -n "done" -n refused "$T/tree/x" "$T/tree/y" $times "$HUSK" -p none "${system[@]}" --bind "$T/tree" "$T/tree" --mask "$T/tree/$mask" \
        sh -c 'exec 2>&-; cat "$0"; mkdir "$0" && rmdir "$0"; echo done' "$T/tree/$mask"
    t_unlike "$saw" 'secret|plain' "--mask $mask: never a look outside, nor at what is masked"
    t_like "$saw" '[0-9] done' "some are launched"
    t_like "$saw" '[0-9] refused' "some are refused"
    unharmed "--mask $mask"
    t_is "$(find "$T/tree" | sort)" "$before" "and nothing is left behind"
done

# ---- the placeholder itself, which comes and goes
tree
mkdir "$T/tree/full"
echo kept > "$T/tree/full/name"
race -k -n "done" "$T/tree/absent" "$T/tree/full" $times "$HUSK" -p none "${system[@]}" --bind "$T/tree" "$T/tree" \
    --mask "$T/tree/absent" sh -c 'exec 2>&-; cat "$0/absent/name" "$0/full/name"; echo done' "$T/tree"
t_like "$saw" '[0-9] done' "a placeholder is swapped for a folder: there are launches"
t_is "$(cat "$T/tree/absent/name" "$T/tree/full/name" 2> /dev/null)" kept "the folder is never removed, nor is what it has"
tree
race -k -n "done" "$T/tree/absent" "$T/tree/y" $times "$HUSK" -p none "${system[@]}" --bind "$T/tree" "$T/tree" \
    --mask "$T/tree/absent" sh -c 'exec 2>&-; cat "$0/absent/name" "$0/y/name"; echo done' "$T/tree"
t_like "$saw" '[0-9] done' "for a link: there are launches"
t_unlike "$saw" secret "that lead nowhere"
unharmed "a placeholder for a link"

# ---- the folder that the command begins in
tree
race -n plain -n refused "$T/tree/x" "$T/tree/y" $times "$HUSK" -p none "${system[@]}" --bind "$T/tree" "$T/tree" --chdir "$T/tree/x" cat name
t_unlike "$saw" secret "--chdir: it is never outside"
t_like "$saw" '[0-9] plain' "some begin there"
t_like "$saw" '[0-9] refused' "some are refused"

# ---- profiles: each is read as a whole, and is nobody else's
profiles=$HOME/.config/husk/profiles
mkdir -p "$profiles" "$T/more"
for which in good bad; do
    {
        printf 'unshare-user\nunshare-pid\nro-bind / /\nsetenv FIRST %s\n' $which
        printf '# filler\n%.0s' {1..2000}
        printf 'setenv LAST %s\n' $which
    } > "$profiles/$which.profile"
done
chmod 666 "$profiles/bad.profile"
race -n "good good" -n refused "$profiles/good.profile" "$profiles/bad.profile" $times "$HUSK" -p good sh -c 'echo "$FIRST $LAST"'
t_unlike "$saw" bad "a profile that others can write is never taken"
t_like "$saw" '[0-9] good good' "the one in whose place it is put is"
t_like "$saw" '[0-9] refused' "or the launch is refused"
chmod 644 "$profiles/bad.profile"
sed 's/good/other/' "$profiles/good.profile" > "$T/more/good.profile"
ln -s "$T/more" "$HOME/.config/husk/link"
race -n "good good" -n "other other" "$profiles" "$HOME/.config/husk/link" $times "$HUSK" -p good sh -c 'echo "$FIRST $LAST"'
t_unlike "$saw" 'good other|other good| $' "a folder of profiles is swapped for a link: none is put together of two"
t_like "$saw" 'good good' "one is read"
t_like "$saw" 'other other' "or the other"

# ---- what was compiled from a file: the policy is in force, whatever is in the cache
cache=$HOME/.cache/husk/seccomp
profile()
{
    printf '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"], "syscalls": '
    printf '[{"names": ["%s"], "action": "SCMP_ACT_ERRNO", "errno": "EIO", "comment": "%s"}]}' "$1" "$2"
}
mkdir -p "$HOME/.cache"
profile uname 0 > "$T/seccomp.json"
profile sethostname 0 > "$T/open.json"
run_with() # FILE: says whether uname(2) is refused
{
    "$HUSK" -p none "${system[@]}" --seccomp-profile "$1" sh -c 'exec 2>&-; case $(uname) in Linux) echo open ;; *) echo closed ;; esac'
}
t_is "$(run_with "$T/open.json")" open "what would be let out is seen"
entries=("$cache"/*)
open=${entries[0]}
run_with "$T/seccomp.json" > "$T/saw"
t_is "$(< "$T/saw")" closed "and what is refused"
entries=("$cache"/*)
closed=${entries[0]}
[ "$closed" != "$open" ] || closed=${entries[1]}
race "$closed" "$open" $times run_with "$T/seccomp.json"
t_is "${saw#* }" closed "entries of the cache are swapped: the policy is in force each time"
rm -rf "$cache"
mkdir -p "$HOME/.cache/husk" "$cache"
ln -s "$T/victim" "$HOME/.cache/husk/link"
n=0
new_one() # each with an entry of its own
{
    n=$((n + 1))
    profile uname $n > "$T/seccomp.json"
    run_with "$T/seccomp.json"
}
race "$cache" "$HOME/.cache/husk/link" $times new_one
t_is "${saw#* }" closed "the cache's folder is swapped for a link: the policy is in force each time"
unharmed "the cache for a link"
t_ok "entries were made: $(find "$cache" -type f | wc -l)" test "$(find "$cache" -type f | wc -l)" -gt 0

# ---- where husk's own folders would be, which a launch holds by a placeholder while it runs
for place in XDG_CONFIG_HOME XDG_RUNTIME_DIR; do
    tree
    race -n "done" "$T/tree/x" "$T/tree/y" $times env "HOME=$T/tree" "$place=$T/tree/x" "$HUSK" -p none "${system[@]}" --bind "$T/tree" "$T/tree" \
        sh -c 'exec 2>&-; cat "$0/x/name" "$0/y/name" | grep secret; rmdir "$0/x/husk" "$0/y/husk" && echo removed; echo done' "$T/tree"
    t_unlike "$saw" 'secret|removed' "$place is swapped for a link: it leads nowhere, and a placeholder stays"
    unharmed "$place"
    t_is "$(find "$T/tree" -name husk)" "" "and no placeholder is left"
done

# ---- a report
tree
echo report > "$T/tree/report"
ln -s "$T/victim/name" "$T/tree/z"
race -n "done" -n refused "$T/tree/report" "$T/tree/z" $times "$HUSK" -p none "${system[@]}" --report="$T/tree/report" echo "done"
unharmed "--report, whose file is swapped for a link"
t_done
