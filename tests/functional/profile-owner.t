#!/usr/bin/env bash
# A profile in the user's folder must be a file of this user's or root's that nobody else can write:
# who writes it decides what a sandbox lets out. What cannot be read is an error, and never passed
# over.
# shellcheck disable=SC2016 # what is in single quotes is for another shell
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
unset XDG_CONFIG_HOME
folder=$HOME/.config/husk/profiles
mkdir -p "$folder"
cd "$T" || exit 1

# refused NAME REGEX: profile x, which would replace one of another folder, stops husk.
refused()
{
    t_run "$HUSK" -p x touch ran
    t_is "$status" 125 "$1: refused"
    t_like "$err" "^husk: -p x: $2" "which is said"
}

printf 'dev-bind / /\n' > "$folder/x.profile"
t_ok "a file of this user's" "$HUSK" -p x true
chmod 600 "$folder/x.profile"
t_ok "that only it can read" "$HUSK" -p x true
for mode in 664 646 666 620; do
    chmod $mode "$folder/x.profile"
    refused "mode $mode" "$folder/x.profile can be written by other users
husk: hint: chmod go-w $folder/x.profile\$"
done
t_run "$HUSK" -p "$folder/x.profile" true
t_is "$status" 0 "when it is named by its path, whoever names it answers for it"

rm "$folder/x.profile"
mkfifo "$folder/x.profile"
refused "a fifo, which is not waited for" "$folder/x.profile is not a regular file\$"
rm "$folder/x.profile"
mkdir "$folder/x.profile"
refused "a folder" "$folder/x.profile is not a regular file\$"
rmdir "$folder/x.profile"
ln -s /dev/null "$folder/x.profile"
refused "a link to a device" "$folder/x.profile is not a regular file\$"
rm "$folder/x.profile"
ln -s x.profile "$folder/x.profile"
refused "a link to itself" "opening $folder/x.profile: Too many levels of symbolic links\$"
rm "$folder/x.profile"
printf 'dev-bind / /\n' > "$T/elsewhere"
ln -s "$T/elsewhere" "$folder/x.profile"
t_ok "a link to a good file" "$HUSK" -p x true
chmod 666 "$T/elsewhere"
refused "a link to a file that others can write" ".* can be written by other users"
rm "$folder/x.profile"
ln -s nowhere "$folder/x.profile"
t_run "$HUSK" -p x true
t_like "$err" "there is no profile x" "a link to nowhere is as good as none"
rm "$folder/x.profile"

# Who can write to a folder on the way to it can put another one in its place.
printf 'dev-bind / /\n' > "$folder/x.profile"
for on_the_way in "$folder" "$HOME/.config/husk" "$HOME/.config" "$HOME"; do
    for mode in 775 757 777; do
        chmod $mode "$on_the_way"
        refused "${on_the_way#"$T"} of mode $mode" "$on_the_way can be written by other users
husk: hint: chmod go-w $on_the_way\$"
    done
    chmod 1777 "$on_the_way"
    t_ok "with a sticky bit only their owners replace files there" "$HUSK" -p x true
    chmod 755 "$on_the_way"
done
chmod 777 "$HOME/.config"
t_ok "where no file is found there is nothing to look at" "$HUSK" -p shell true
XDG_CONFIG_HOME=$HOME/.config// refused "the way from XDG_CONFIG_HOME on" "$HOME/.config can be written by other users
husk: hint: chmod go-w $HOME/.config\$"
t_ok "a path is its user's choice" "$HUSK" -p "$folder/x.profile" true
chmod 755 "$HOME/.config"
chmod 777 "$HOME"
XDG_CONFIG_HOME=$HOME/.config t_ok "and begins there" "$HUSK" -p x true
chmod 755 "$HOME"

# Where links lead counts too.
mkdir -p "$T/open/dotfiles" "$T/more"
mv "$folder" "$T/open/dotfiles/profiles"
for link in "$T/open/dotfiles/profiles" "../../../open/dotfiles/profiles" "$T/more/link"; do
    ln -sfn "$T/open/dotfiles/profiles" "$T/more/link"
    ln -sfn "$link" "$folder"
    t_ok "a link to ${link#"$T"}" "$HUSK" -p x true
    chmod 777 "$T/open"
    refused "the same, where others can write" ".*/open can be written by other users"
    chmod 755 "$T/open"
done
chmod 777 "$T/more"
refused "a link between in a folder that others can write to" "$T/more can be written by other users"
rm "$folder"
mv "$T/open/dotfiles/profiles" "$folder"
rm "$folder/x.profile"

# So do the administrator's.
etc='rm -rf "$1/etc"; mkdir -p "$1/etc/husk/profiles"; cp -rP /etc/ld.so.* /etc/passwd "$1/etc" || true
    echo "dev-bind / /" > "$1/etc/husk/profiles/x.profile"
    mount --bind "$1/etc" /etc; eval "$3"; "$2" -p x echo ran'
# in_etc SCRIPT: what happens to profile x in /etc, after that.
in_etc()
{
    (t_outer "$etc" "$T" "$HUSK" "$1") > "$T/etc.out" 2>&1
    chmod -R u+rwX,go-w "$T/etc"
}
in_etc ''
t_is "$(cat "$T/etc.out")" ran "a profile in /etc"
for file in / /husk /husk/profiles /husk/profiles/x.profile; do
    in_etc "chmod g+w /etc$file"
    t_is "$(cat "$T/etc.out")" "husk: -p x: /etc${file%/} can be written by other users
husk: hint: chmod go-w /etc${file%/}" "is refused where others can write to /etc${file%/}"
done

if [ "$(id -u)" = 0 ]; then
    chown 12345 "$HOME/.config/husk"
    printf 'dev-bind / /\n' > "$folder/x.profile"
    refused "another user's folder" "$HOME/.config/husk belongs to another user \(uid 12345\)
husk: hint: who trusts the profile can name it by its path, -p $folder/x.profile\$"
    t_run "$HUSK" -p "$folder/x.profile" echo ran
    t_is "$out" ran "by its path it is taken"
    chown 12345 "$HOME"
    refused "another user's home" "$HOME belongs to another user \(uid 12345\)
husk: hint: $HOME is another user's folder, as HOME is under sudo: sudo -H has this user's own; .*-p $folder/x.profile\$"
    chown 0 "$HOME"
    chown 0 "$HOME/.config/husk"
    mv "$folder" "$folder.real"
    ln -s "$folder.real" "$T/profiles"
    chown -h 12345 "$T/profiles"
    ln -s "$T/profiles" "$folder"
    refused "another user's link" "$T/profiles belongs to another user \(uid 12345\)"
    rm "$folder"
    mv "$folder.real" "$folder"
    printf 'dev-bind / /\n' > "$folder/x.profile"
    chown 12345 "$folder/x.profile"
    refused "another user's file" "$folder/x.profile belongs to another user \(uid 12345\)"
else
    ln -s /etc/services "$folder/x.profile" # root's, whatever is in it
    t_run "$HUSK" -p x true
    t_unlike "$err" "belongs to" "a file of root's would do"
    rm "$folder/x.profile"
    printf 'dev-bind / /\n' > "$folder/x.profile"
    chmod 000 "$folder/x.profile"
    refused "a file that cannot be read" "opening $folder/x.profile: Permission denied"
    chmod 644 "$folder/x.profile"
    chmod 000 "$folder"
    refused "a folder that cannot be searched" "opening $folder/x.profile: Permission denied
husk: hint: set HOME or XDG_CONFIG_HOME to a folder of this user\$"
    t_run "$HUSK" touch ran
    t_is "$status" 125 "the same for profile default, which might be there"
    chmod 755 "$folder"
fi
t_fail "nothing ran" test -e ran

t_done
