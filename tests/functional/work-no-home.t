#!/usr/bin/env bash
# By default a command does not see the user's files: neither those in HOME, by whatever path, nor
# those anywhere else but in the current folder.
# vm: uml
# shellcheck disable=SC2016,SC2088 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/home/.ssh" "$T/home/.config/app" "$T/home/project" "$T/elsewhere" "$T/runtime"
export HOME=$T/home XDG_RUNTIME_DIR=$T/runtime
echo SECRET > "$HOME/.ssh/id_ed25519"
echo SECRET > "$HOME/.config/app/token"
echo SECRET > "$T/elsewhere/file"
echo SECRET > "$T/runtime/socket"
ln -s ../.ssh "$HOME/project/link"
ln -s "$T/elsewhere/file" "$HOME/project/link2"
echo public > "$HOME/project/file"
cd "$HOME/project" || exit 1

t_ok "the key is there to be read" grep -q SECRET ~/.ssh/id_ed25519
for path in '~/.ssh/id_ed25519' "$HOME/.ssh/id_ed25519" ../.ssh/id_ed25519 ../.config/app/token \
    link/id_ed25519 link2 "$T/elsewhere/file" "$T/runtime/socket" \
    "/proc/self/root$HOME/.ssh/id_ed25519" "/proc/1/root$HOME/.ssh/id_ed25519" \
    "/proc/1/cwd/../.ssh/id_ed25519"; do
    t_fail "not to be read: ${path/#$T/...}" "$HUSK" sh -c "cat $path"
    t_unlike "$out" SECRET "and nothing of it shown"
done

t_run "$HUSK" sh -c 'ls -A ~; ls -A "$XDG_RUNTIME_DIR"; ls -A .; cat file'
t_is "$out" $'project\nfile\nlink\nlink2\npublic' "all there is: the current folder"
t_run "$HUSK" find / -xdev -name 'id_ed25519' -o -name token -path '*app*'
t_is "$out" "" "nothing has that name"
t_run "$HUSK" grep -rsl SECRET "$T" /tmp /home /root /run /var
t_is "$out" "" "nothing has that text"

# The home of the user database, when HOME says something else.
real=$(getent passwd "$(id -u)" | cut -d: -f6)
if [ -d "$real" ] && [ "$real" != / ]; then
    t_run "$HUSK" ls -A "$real"
    t_is "$out" "" "the real home is not there either, or empty"
fi
HOME=$real t_run "$HUSK" -e HOME sh -c 'ls -A ~'
t_is "$out" "" "and when HOME is the real one"

t_run "$HUSK" -r ~/.ssh cat ~/.ssh/id_ed25519
t_is "$out" SECRET "-r shows what it is told to"
t_run "$HUSK" -r ~/.ssh ls -A ~
t_is "$out" $'.ssh\nproject' "and only that"

t_done
