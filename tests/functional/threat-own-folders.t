#!/usr/bin/env bash
# A command cannot write what husk will read the next time: husk's own folders for settings, cache, state
# and run-time files are not reachable inside, whether they exist or not, wherever their parents are shown
# (issue 7154 of firejail).
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home XDG_RUNTIME_DIR=$T/run
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME
own=("$HOME/.config/husk" "$HOME/.cache/husk" "$HOME/.local/state/husk" "$XDG_RUNTIME_DIR/husk")

# The attack: attack FOLDER...: to make each, or to put another one in its place. The folders are given as
# TOP//BELOW, where what is below TOP is in the way. Prints what could be done.
cat > "$T/attack" << 'END'
exec 2>&- # there may be no /dev/null
for f; do
    top=${f%//*}
    cat "$f"/profiles/* && echo "read $f"
    mkdir -p "$f/profiles"
    echo 'setenv PWNED 1' > "$f/profiles/default.profile" && echo "wrote $f"
    rm -rf "$f" && [ ! -e "$f" ] && mkdir -p "$f" && echo "replaced $f"
    mv "$f" "$f.moved" && echo "moved $f"
    p=$f
    while p=${p%/*} && p=${p%/} && [ "$p" != "$top" ]; do
        mv "$p" "$p.moved" && mkdir -p "$f/profiles" && echo "moved $p"
        rmdir "$p" && ln -s /tmp "$p" && echo "linked $p"
    done
done
exit 0
END
in_home=(.config/husk .cache/husk .local/state/husk)

# The state that each attempt starts from, and that husk reads in the end.
reset()
{
    chmod -R u+rwX "$HOME" "$XDG_RUNTIME_DIR" 2> /dev/null
    rm -rf "$HOME" "$XDG_RUNTIME_DIR" "$T/dotfiles" "$T/xdg" "$T/work"
    mkdir -p "$HOME" "$XDG_RUNTIME_DIR" "$T/xdg" "$T/dotfiles" "$T/work"
    case $1 in
    nothing) ;;
    parents) mkdir -p "${own[@]%/husk}" ;;
    folders) mkdir -p "${own[@]}" ;;
    all)
        mkdir -p "${own[@]/%//profiles}"
        for folder in "${own[@]}"; do
            echo secret > "$folder/profiles/private.profile"
        done
        ;;
    esac
}

system=(--unshare-user --unshare-pid --ro-mirror /usr --ro-mirror /bin --ro-mirror /lib --ro-mirror /lib64
    --ro-bind "$T/attack" /attack)

# tried NAME HOME RUN CMD...: the attack from CMD does nothing, with what is home outside at HOME and the
# run-time folder at RUN, and leaves nothing on the host.
tried()
{
    local name=$1 folders=("${in_home[@]/#/$2//}" ${3:+"$3//husk"}) before
    shift 3
    before=$(t_host)
    t_run "$@" bash /attack "${folders[@]}"
    t_is "$status/$out" "0/" "$name"
    t_is "$(t_host)" "$before" "and the host is as it was"
    reset "$state"
}

state=nothing
reset $state
t_run "$BWRAP_HUSK" --ro-bind / / --bind "$HOME" "$HOME" bash "$T/attack" "${in_home[@]/#/$HOME//}"
t_like "$out" "wrote $HOME//.config/husk" "as bwrap, which has no such folders, all of it can be done"
t_like "$out" "replaced $HOME//.config/husk.*moved $HOME//.config/husk.*moved $HOME//.config" "in every way"
reset $state
mkdir -p "${own[0]}/profiles"
printf 'include none\nsetenv PWNED 1\n' > "${own[0]}/profiles/default.profile"
t_like "$("$HUSK" --print-profile default)" 'PWNED' "and would be what husk reads"

none=("$HUSK" -p none "${system[@]}")
for state in nothing parents folders all; do
    reset $state
    tried "a folder above, $state there" "$HOME" "$XDG_RUNTIME_DIR" "${none[@]}" --bind "$T" "$T"
    [ $state = nothing ] || [ $state = all ] || continue
    tried "home, $state there" "$HOME" "" "${none[@]}" --bind "$HOME" "$HOME"
    tried "home and run-time folder elsewhere" /h /r "${none[@]}" --bind "$HOME" /h --bind "$XDG_RUNTIME_DIR" /r
    tried "a folder above elsewhere" /t/home /t/run "${none[@]}" --dev-bind "$T" /t
    tried "through a link" /link "" "${none[@]}" --dir "$HOME" --symlink "$HOME" /link --bind "$HOME" /link
    tried "an fd" /h "" "${none[@]}" --bind-fd 9 /h 9< "$HOME"
    tried "profile default and --write" "$HOME" "$XDG_RUNTIME_DIR" \
        "$HUSK" --ro-bind "$T/attack" /attack -w "$HOME" -w "$XDG_RUNTIME_DIR"
done
for state in parents folders all; do
    reset $state
    before=$(t_host)
    t_run "${none[@]}" --dir /x --bind "$HOME/.config" /x/config bash /attack /x//config/husk
    t_is "$status/$out" 0/ "the parent, $state there"
    t_is "$(t_host)" "$before" "and the host is as it was"
done

# The parent is closed, but it is this user's, so the command can open it.
state=all
reset $state
chmod 0 "$HOME/.cache"
t_run "$BWRAP_HUSK" --ro-bind / / --bind "$HOME" "$HOME" sh -c 'chmod 700 "$1" && cat "$1"/husk/profiles/*' - "$HOME/.cache"
t_is "$out" secret "as bwrap, what is in a closed folder can be read"
chmod 0 "$HOME/.cache"
t_run "${none[@]}" --bind "$HOME" "$HOME" sh -c 'chmod 700 "$1"; exec bash /attack "$2"' - "$HOME/.cache" "$HOME//.cache/husk"
t_is "$out" "" "a closed parent that the command can open: nothing can be done there"

# The upper layer of an overlay is written to.
state=all
reset $state
mkdir "$T/empty" "$T/upper" "$T/merged"
t_run "${none[@]}" --overlay-src "$T/empty" --overlay "$T/upper" "$T/work" /o true
if [ "$status" = 0 ]; then
    before=$(t_tree "${own[@]}")
    t_run "${none[@]}" --overlay-src "$T/empty" --overlay "$HOME" "$T/work" /o bash /attack "${in_home[@]/#//o//}"
    t_is "$status/$out" 0/ "as the upper layer of an overlay"
    t_is "$(t_tree "${own[@]}")" "$before" "and they are as they were"
else
    t_diag "no overlays on this file system: $err"
fi

# Other ways to name them.
for variable in XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME XDG_RUNTIME_DIR; do
    reset $state
    mkdir -p "$T/xdg/husk/profiles"
    before=$(t_tree "$T/xdg")
    t_run env "$variable=$T/xdg" "${none[@]}" --bind "$T" /t --bind "$T/xdg" /x bash /attack /t/xdg//husk /x//husk
    t_is "$status/$out" 0/ "where $variable leads"
    t_is "$(t_tree "$T/xdg")" "$before" "and they are as they were"
done
# Settings are a link to a folder elsewhere, which is shown.
for state in nothing folders all; do
    reset $state
    [ -e "$HOME/.config" ] || mkdir "$HOME/.config"
    mv "$HOME/.config" "$T/dotfiles/config"
    ln -s ../dotfiles/config "$HOME/.config"
    before=$(t_host)
    t_run "${none[@]}" --bind "$T/dotfiles" /d bash /attack /d//config/husk
    t_is "$status/$out" 0/ "where settings are links to elsewhere, $state there"
    t_is "$(t_host)" "$before" "and the host is as it was"
done

# They themselves are not to be had at all.
state=all
reset $state
ln -s "${own[0]}" "$T/work/link"
for what in "--bind ${own[0]} /x" "--ro-bind ${own[0]} /x" "-w ${own[0]}" "-r ${own[0]}/profiles" "--bind ${own[0]}/profiles /x" \
    "--bind ${own[3]} /x" "--bind $T/work/link /x" "--bind $T/work/link/profiles /x" "--bind-fd 9 /x" \
    "--bind ${own[0]}/../husk/profiles /x" "--bind ${own[0]}/profiles/private.profile /x"; do
    read -ra words <<< "$what"
    t_run "${none[@]}" "${words[@]}" true 9< "${own[0]}/profiles"
    t_is "$status" 125 "$what is refused"
    t_like "$err" "husk's own folder or profile cannot be shown inside" "with the reason"
done

# A profile that is in use is one, wherever it lies.
mkdir "$T/work/mine"
echo 'setenv MINE 1' | tee "$T/work/mine/used" "$T/work/mine/used2" > "$T/work/mine/other"
before=$(t_tree "$T/work/mine")
try='cd /m/mine; cat used used2; for f in used used2; do
        (echo x > $f) && echo "wrote $f"; mv $f x && echo "moved $f"; rm -f $f && echo "removed $f"; chmod 777 $f && echo "changed $f"
    done; (echo more >> other) && cat other; mv ../mine ../x && echo "moved the folder"'
for named in "$T/work/mine/used" ./used; do
    cd "$T/work/mine" || exit 99
    t_run "${none[@]}" -p "$named" -p ./used2 --bind "$T/work" /m sh -c "$try"
    t_is "$out" $'setenv MINE 1\nmore' "a profile that was read, named $named"
    echo 'setenv MINE 1' > other
    t_is "$(cat used used2)" $'setenv MINE 1\nsetenv MINE 1' "is as it was"
done
ln -sfn mine "$T/work/link2"
t_run "${none[@]}" -p "$T/work/link2/used" --bind "$T/work" /m echo run
t_is "$status/$out" 125/ "one named through a link that the command could turn elsewhere is refused"
rm "$T/work/link2"
t_run "${none[@]}" --bind "$T/work" /m sh -c "$try"
t_like "$out" 'wrote used' "one that was not is like any file"

cd "${own[0]}/profiles" || exit 99
t_run "$HUSK" -p build touch default.profile
t_is "$status" 125 "as is being there with a writable current folder"
t_run "$HUSK" true
t_is "$status" 125 "or with a readable one"
t_done
