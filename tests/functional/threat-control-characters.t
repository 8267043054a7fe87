#!/usr/bin/env bash
# What husk prints never holds a control character that came from a name or a value: a terminal takes
# those for commands, and could be made to show another policy than there is (CVE-2023-28101 of flatpak).
. "${0%/*}/../lib.sh" || exit

# Colours, the title, a cursor that goes up, C1 as UTF-8 and as a bare byte, a carriage return, new lines,
# a bell, text that is not UTF-8.
evil=$'a\e[2K\e]0;title\a\e[1A\rb\u009b31m\x9b31m\nhusk: hint: all is well\x7f\b\xff\x01'
printf '%s' "$evil" > "$T/sample"
export HOME=$T/home
mkdir -p "$HOME" "$T/$evil" "$T/profiles"
echo "#!/absent/$evil" > "$T/$evil/script"
chmod +x "$T/$evil/script"
cp "$(type -P true)" "$T/$evil/true"
system=(-p none --unshare-user --unshare-pid --ro-bind / / --proc /proc)

# clean FILE: what it holds is UTF-8 without control characters, but for what ends lines.
clean()
{
    iconv -f UTF-8 -t UTF-8 "$1" > /dev/null 2>&1 &&
        ! LC_ALL=C grep -qaP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$1" && ! grep -q '^husk: hint: all is well' "$1"
}
t_is "$(clean "$T/sample" || echo dirty)" dirty "the name that is tried has them"
t_is "$(printf 'fine: ä\n\tso\n' > "$T/fine" && clean "$T/fine" && echo clean)" clean "and ordinary text has none"

# shown NAME CMD...: what it prints is clean, and something of the name is in it.
shown()
{
    local name=$1
    shift
    t_run "$@"
    if clean "$T/.out" && clean "$T/.err"; then
        t_like "$out$err" 'title' "$name"
    else
        t_result 1 "$name"
        t_diag "$(cat -v "$T/.out" "$T/.err")"
    fi
}

shown "an unknown option" "$HUSK" "--$evil" true
shown "as bwrap" "$BWRAP_HUSK" "--$evil" true
shown "a missing command" "$HUSK" "${system[@]}" "$evil"
shown "as bwrap" "$BWRAP_HUSK" --ro-bind / / "$evil"
shown "a command that cannot be executed" "$HUSK" "${system[@]}" "$T/$evil"
shown "an interpreter that is missing" "$HUSK" "${system[@]}" "$T/$evil/script"
for option in --bind --ro-bind --dev-bind; do
    shown "$option: the source" "$HUSK" "${system[@]}" $option "$T/none $evil" /mnt true
    shown "$option: the destination" "$HUSK" "${system[@]}" $option / "/mnt/$evil" true
done
for option in --tmpfs --proc --dev --dir --remount-ro --chdir --lock-file; do
    shown "$option" "$HUSK" "${system[@]}" $option "/usr/none/$evil" true
done
shown "--symlink" "$HUSK" "${system[@]}" --symlink "$evil" /usr true
shown "--file" "$HUSK" "${system[@]}" --file 0 "/usr/$evil" true
for option in --uid --gid --uid-map --perms --size --cap-add --net --cwd --monotonic --keep-fd --userns \
    --sync-fd --profile --print-profile --dry-run; do
    shown "$option" "$HUSK" -p none $option "$evil" true
done
shown "--dry-run=" "$HUSK" "--dry-run=$evil" true
shown "--userns as a path" "$HUSK" -p none --userns "/none/$evil" true
shown "a profile's path" "$HUSK" -p "/none/$evil" true

# Profiles, which others write: words, names, what is behind an error.
n=0
for line in "$evil" "bind $evil" "bind \"/none $evil\" /x" "include $evil" "include /none/$evil" "setenv A \${$evil}" \
    "perms $evil" "ro-bind / \"$evil" "uid $evil" "if \${$evil} proc /proc" "chdir /none/$evil"; do
    n=$((n + 1))
    printf 'ro-bind / /\n%s\n' "${line//$'\n'/ }" > "$T/profiles/$n title"
    shown "profile line $n" "$HUSK" -p "$T/profiles/$n title" true
    printf 'ro-bind / /\n%s\n' "$line" > "$T/profiles/$n title"
    shown "profile line $n with its line end" "$HUSK" -p "$T/profiles/$n title" true
done
mkdir -p "$HOME/.config/husk/profiles"
echo "# $evil" > "$HOME/.config/husk/profiles/title.profile"
cp "$HOME/.config/husk/profiles/title.profile" "$HOME/.config/husk/profiles/title${evil//\//}.profile"
shown "--list-profiles" "$HUSK" --list-profiles

# The plan.
many=("${system[@]}" --ro-bind "$T/$evil" "/mnt/$evil" --symlink "$evil" "/l$evil" --tmpfs "/t/$evil" --setenv "N$evil" "$evil"
    --chdir "/c$evil" --hostname "$evil" --mask "/mnt/none$evil" --keep-env KEPT --argv0 "$evil" --lock-file "$evil" "$T/$evil/true" "$evil")
shown "--dry-run" env "KEPT=$evil" "$HUSK" --dry-run --unshare-uts "${many[@]}"
shown "--dry-run=json" env "KEPT=$evil" "$HUSK" --dry-run=json --unshare-uts "${many[@]}"
cp "$T/.out" "$T/plan.json"
t_ok "which is JSON" python3 -m json.tool "$T/plan.json"

# The command's own output is its own: husk is no filter.
"$HUSK" "${system[@]}" cat "$T/sample" > "$T/through"
t_ok "what the command prints is untouched" cmp "$T/sample" "$T/through"
t_done
