#!/usr/bin/env bash
# A profile in the user's folder must be a file of this user's or root's that nobody else can write:
# who writes it decides what a sandbox lets out. What cannot be read is an error, and never passed
# over.
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

if [ "$(id -u)" = 0 ]; then
    printf 'dev-bind / /\n' > "$folder/x.profile"
    chown 12345 "$folder/x.profile"
    refused "another user's file" "$folder/x.profile belongs to another user \(uid 12345\)\$"
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
