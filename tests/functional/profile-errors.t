#!/usr/bin/env bash
# An error in a profile says the file, line and column and what is wrong, in one line; nothing runs.
# shellcheck disable=SC2016 # what is in single quotes is for a profile
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir -p "$HOME/.config/husk/profiles"
cd "$T" || exit 1
unset NOTHING

# wrong LINE:COLUMN TEXT LINES...: these lines give this error.
wrong()
{
    printf '%s\n' "${@:3}" > p
    t_run "$HUSK" -p ./p -w . touch ran
    t_is "$status:$(sed -n 1p <<< "$err")" "125:husk: ./p:$1: $2" "$(printf '%q ' "${@:3}")"
    t_like "$err" '^[^
]*(
husk: hint: [^
]*)?$' "at most a hint behind it"
}

wrong 1:1 "bnid /a /b: Unknown option bnid" "bnid /a /b"
t_like "$err" "hint: is bind meant\?" "a word that is meant is named"
wrong 1:1 "--bind /a /b: Unknown option --bind" "--bind /a /b"
t_like "$err" "hint: in a profile it is written without dashes: bind" "which is said"
wrong 1:1 "-r /a: Unknown option -r" "-r /a"
t_like "$err" "hint: in a profile it is written without dashes: read" "by its name"
wrong 3:5 "bnid /a /b: Unknown option bnid" "dir /x" "" "    bnid /a /b"
wrong 1:1 "a line starts with the name of an option" "Bind /a /b"
wrong 1:1 "a line starts with the name of an option" "=x"
wrong 1:1 "a line starts with the name of an option" "include=default"
t_like "$err" "hint: in a profile there is a blank and no = behind the name\$" "include=default"
wrong 1:1 "a line starts with the name of an option" $'\xef\xbb\xbfinclude default'
t_like "$err" "hint: there is a byte order mark before it: save the file without\$" "which nobody sees"
wrong 1:1 "net = host: net takes an argument" "net = host"
t_like "$err" "hint: in a profile there is no = between them: net MODE\$" "net = host"
wrong 1:1 "a line starts with the name of an option" '${HOME} x'
wrong 1:1 "bind /a: bind takes two arguments" "bind /a"
wrong 2:3 "bind /a /b /c: bind takes two arguments" "" "  bind /a /b /c"
wrong 1:1 "proc: proc takes an argument" "proc # /proc"
wrong 1:1 "clearenv x: clearenv takes no argument" "clearenv x"
wrong 1:11 '${ENV:NOTHING} is not set' 'bind /etc/${ENV:NOTHING} /x'
wrong 1:18 '${ENV:NOTHING} is not set' 'ro-bind /x "/etc/${ENV:NOTHING}"'
wrong 1:6 'there is no variable ${HOMES}' 'bind ${HOMES} /x'
t_like "$err" 'hint: one of the environment is ..ENV:HOMES.$' "and where it may be"
wrong 1:6 'there is no variable ${ENV:}' 'bind ${ENV:} /x'
wrong 1:6 'there is no variable ${}' 'bind ${} /x'
wrong 1:4 'there is no variable ${NONE}' 'if ${NONE} dir /x'
wrong 1:4 '`if'"'"' is followed by ${NAME} and an option' 'if HOME dir /x'
wrong 1:4 '`if'"'"' is followed by ${NAME} and an option' 'if ${HOME}'
wrong 1:6 'the ${ has no }' 'bind ${HOME /x'
wrong 1:6 'a $ is written ${NAME} or within single quotes' 'bind $HOME /x'
wrong 1:7 'a $ is written ${NAME} or within single quotes' 'bind "$" /x'
wrong 1:6 "the quote has no end" "bind 'a b"
wrong 1:6 "the quote has no end" 'bind "a b' 'c" /x'
wrong 1:8 'a \ can only be before \, " or $' 'bind "a\n" /x'
wrong 1:7 'a \ must be within quotes' 'bind a\ b /x'
wrong 1:5 "only ~ and ~/ are understood; quote the word to mean a ~" 'dir ~root/x'
wrong 1:1 "profile x: profile is for the command line, not for profiles" "profile x"
wrong 1:1 "help: help is for the command line, not for profiles" help
wrong 1:1 "args 3: args is for the command line, not for profiles" "args 3"
wrong 1:1 "perms 0755: --perms must be followed by an option that creates a file" "perms 0755"
wrong 2:1 "noexec: --noexec and --nosymfollow must be followed by a bind, a tmpfs or an overlay" \
    "dir /x" "noexec" "dir /y"
wrong 1:1 "uid x: Invalid uid: x" "uid x"
wrong 1:1 "net wide: the network can be none, host, user, slirp4netns, pasta or ns:PATH, not wide" "net wide"
wrong 1:1 "cwd x: the current folder can be read, write or hide, not x" "cwd x"
wrong 1:1 "cap-add CAP_NONE: unknown cap: CAP_NONE" "cap-add CAP_NONE"
wrong 1:1 "tmpfs \\x1b[31m \\x07: tmpfs takes an argument" $'tmpfs \e[31m \a'

# What is wrong with a line counts also where the line does not.
wrong 1:1 'if ${ENV:NOTHING} bnid: Unknown option bnid' 'if ${ENV:NOTHING} bnid'

# Includes.
wrong 1:1 "include none-such: there is no profile none-such" "include none-such"
wrong 2:1 "include ../none-such: opening ./../none-such: No such file or directory" "" "include ../none-such"
echo bnid > "$HOME/.config/husk/profiles/bad.profile"
printf 'dir /x\ninclude bad\n' > p
t_run "$HUSK" -p ./p touch ran
t_like "$err" "^husk: $HOME/.config/husk/profiles/bad.profile:1:1: bnid: Unknown option bnid" \
    "an error in an included profile is said where it is"
echo "include $T/p" > p
t_run "$HUSK" -p ./p touch ran
t_is "$status:$err" "125:husk: $T/p:1:1: include $T/p: profiles include each other 16 deep: is it a loop?" \
    "a loop"
printf 'dir /x\0y\n' > p
t_run "$HUSK" -p ./p touch ran
t_is "$status:$err" "125:husk: -p ./p: ./p has a NUL byte in it" "a NUL byte"
t_run "$HUSK" -p ./nothing touch ran
t_is "$status:$err" "125:husk: -p ./nothing: opening ./nothing: No such file or directory" "no such file"
t_run "$HUSK" -p "$T" touch ran
t_is "$status:$err" "125:husk: -p $T: reading $T: Is a directory" "a folder"
t_run "$HUSK" -p none-such touch ran
t_is "$status:$err" "125:husk: -p none-such: there is no profile none-such
husk: hint: \`husk --list-profiles' lists them" "no such profile"

# A failure after reading still names the line.
printf 'dev-bind / /\n\n  ro-bind /none-such /x\n' > p
t_run "$HUSK" -p ./p touch ran
t_is "$status" 125 "a source that is missing"
t_like "$err" "\./p:3:3: ro-bind /none-such /x" "names its line"
printf 'dev-bind / /\nproc /proc/none-such/x\n' > p
t_run "$HUSK" -p ./p touch ran
t_like "$err" "\./p:2:1: proc /proc/none-such/x" "and so does what fails inside"
printf 'unshare-user\nmap-auto\nuid 99999999\n' > p
t_run "$HUSK" -p ./p touch ran
t_is "$status" 125 "ids that are not there"
t_fail "nothing ran" test -e ran

t_done
