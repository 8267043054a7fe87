#!/usr/bin/env bash
# A command cannot write what husk will read the next time: husk's own folders for settings, cache, state
# and run-time files are not reachable inside, whether they exist or not, wherever their parents are shown
# (issue 7154 of firejail).
. "${0%/*}/../lib.sh"

export HOME=$T/home XDG_RUNTIME_DIR=$T/run
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME
own=("$HOME/.config/husk" "$HOME/.cache/husk" "$HOME/.local/state/husk" "$XDG_RUNTIME_DIR/husk")

# The attack: attack TOP...: to make each, or to put another in its place, below the TOPs, where HOME and
# the rest are inside. Prints what could be done.
cat > "$T/attack" << 'END'
for top; do
    for folder in .config/husk .cache/husk .local/state/husk husk; do
        f=$top/$folder
        cat "$f/profiles/default.profile" 2> /dev/null && echo "read $f"
        mkdir -p "$f/profiles" 2> /dev/null
        echo 'setenv PWNED 1' > "$f/profiles/default.profile" && echo "wrote $f"
        rm -rf "$f" && [ ! -e "$f" ] && mkdir -p "$f" && echo "replaced $f"
        mv "$f" "$f.moved" && echo "moved $f"
        p=$f
        while p=${p%/*} && [ "$p" != "$top" ]; do
            mv "$p" "$p.moved" && mkdir -p "$f/profiles" && echo "moved $p"
            ln -sfn /tmp "$p" 2> /dev/null && [ -L "$p" ] && echo "linked $p"
        done
    done
done 2> /dev/null
END

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
            echo 'include none' > "$folder/profiles/default.profile"
        done
        ;;
    esac
}

system=(--unshare-user --unshare-pid --ro-mirror /usr --ro-mirror /bin --ro-mirror /lib --ro-mirror /lib64
    --ro-bind "$T/attack" /attack)

# tried NAME TOPS CMD...: the attack from CMD on TOPS does nothing, and leaves nothing on the host.
tried()
{
    local name=$1 tops=$2 before
    shift 2
    before=$(t_host)
    # shellcheck disable=SC2086 # they are several words
    t_run "$@" bash /attack $tops
    t_is "$status/$out" "0/" "$name"
    t_is "$(t_host)" "$before" "and the host is as it was"
    reset "$state"
}

state=nothing
reset $state
t_run "$BWRAP_HUSK" "${system[@]}" --bind "$HOME" "$HOME" bash /attack "$HOME"
t_like "$out" "wrote $HOME/.config/husk" "as bwrap, which has no such folders, all of it can be done"
t_like "$out" "replaced $HOME/.config/husk.*moved $HOME/.config/husk.*moved $HOME/.config" "in every way"
reset $state
mkdir -p "${own[0]}/profiles"
printf 'include none\nsetenv PWNED 1\n' > "${own[0]}/profiles/default.profile"
t_like "$("$HUSK" --print-profile default)" 'PWNED' "and would be what husk reads"

none=("$HUSK" -p none "${system[@]}")
for state in nothing parents folders all; do
    reset $state
    tried "home, $state there" "$HOME" "${none[@]}" --bind "$HOME" "$HOME"
    tried "home and run-time folder elsewhere" "/h /r" "${none[@]}" --bind "$HOME" /h --bind "$XDG_RUNTIME_DIR" /r
    tried "a folder above" "$HOME $XDG_RUNTIME_DIR" "${none[@]}" --bind "$T" "$T"
    tried "a folder above elsewhere" "/t/home /t/run" "${none[@]}" --dev-bind "$T" /t
    tried "through a link" "$HOME" "${none[@]}" --symlink "$HOME" /link --bind "$HOME" /link
    tried "--write" "$HOME" "${none[@]}" -w "$HOME"
    tried "an fd" "/h" "${none[@]}" --bind-fd 9 /h 9< "$HOME"
    tried "profile default and --write" "$HOME $XDG_RUNTIME_DIR" "$HUSK" --ro-bind "$T/attack" /attack -w "$HOME" -w "$XDG_RUNTIME_DIR"
done
for state in parents folders all; do
    reset $state
    tried "the parent, $state there" "/x/." "${none[@]}" --dir /x --bind "$HOME/.config" /x/.config
done

# The upper layer of an overlay is written to.
if t_run "$HUSK" -p none "${system[@]}" --overlay-src / --overlay "$HOME" "$T/work" /o true && [ "$status" = 0 ]; then
    state=all
    reset $state
    mkdir "$T/empty"
    before=$(cat "${own[0]}/profiles/default.profile")
    t_run "${none[@]}" --overlay-src "$T/empty" --overlay "$HOME" "$T/work" /o bash /attack /o
    t_is "$out" "" "as the upper layer of an overlay"
    t_is "$(cat "${own[0]}/profiles/default.profile")" "$before" "and the folder is as it was"
else
    t_diag "no overlays here: $err"
fi

# Other ways to name them.
state=all
reset $state
mkdir -p "$T/xdg/husk/profiles"
for variable in XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME XDG_RUNTIME_DIR; do
    tried "$variable" "$T/xdg /x" env "$variable=$T/xdg" "${none[@]}" --bind "$T" "$T" --bind "$T/xdg" /x
    reset $state
done
for state in nothing folders all; do
    reset $state
    mkdir -p "$T/dotfiles"
    if [ $state = nothing ]; then
        ln -s ../dotfiles "$HOME/.config"
    else
        mv "$HOME/.config" "$T/dotfiles/.config" && ln -s "$T/dotfiles/.config" "$HOME/.config"
    fi
    before=$(t_host)
    t_run "${none[@]}" --bind "$T/dotfiles" /d bash /attack /d/. /d
    [ $state = nothing ] && expected='' || expected=''
    t_is "$out" "$expected" "where settings are links to elsewhere: elsewhere, $state there"
    t_is "$(t_host)" "$before" "and the host is as it was"
done

# They themselves are not to be had at all.
state=all
reset $state
ln -s "${own[0]}" "$T/work/link"
for what in "--bind ${own[0]} /x" "--ro-bind ${own[0]} /x" "-w ${own[0]}" "-r ${own[0]}/profiles" "--bind ${own[0]}/profiles /x" \
    "--bind ${own[3]} /x" "--bind $T/work/link /x" "--bind $T/work/link/profiles /x" "--bind-fd 9 /x" \
    "--bind ${own[0]}/../husk/profiles /x" "--bind ${own[0]}/profiles/default.profile /x"; do
    read -ra words <<< "$what"
    t_run "${none[@]}" "${words[@]}" true 9< "${own[0]}/profiles"
    t_is "$status" 125 "$what is refused"
    t_like "$err" "husk's own folder cannot be shown inside" "with the reason"
done
cd "${own[0]}/profiles" || exit 99
t_run "$HUSK" -p build touch default.profile
t_is "$status" 125 "as is being there with a writable current folder"
t_run "$HUSK" true
t_is "$status" 125 "or with a readable one"
t_done
