#!/usr/bin/env bash
# Every error of the command line is one line that names the option and what is wrong, with one hint
# at most; the status is 125, nothing is run, nothing is printed on stdout.
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir "$T/work" "$HOME"
cd "$T/work" || exit 1

# error MESSAGE ARGS...
error()
{
    t_run "$HUSK" -w . "${@:2}" touch ran
    t_is "$status:${err%%$'\n'*}" "125:husk: $1" "$(printf '%q ' "${@:2}")"
    t_like "$out|$err" '^\|[^
]*(
husk: hint: [^
]*)?$' "one line, and a hint at most"
}

error "Unknown option --no-such" --no-such
error "Unknown option -z" -z
error "Unknown option -Z=x" -Z=x
error "Unknown option --=x" --=x
error "-n wide: the network can be none, host, user, slirp4netns, pasta or ns:PATH, not wide" -n wide
error "--cwd up: the current folder can be read, write or hide, not up" --cwd up
error "--uid x: Invalid uid: x" --uid x
error "--cap-add CAP_NOTHING: unknown cap: CAP_NOTHING" --cap-add CAP_NOTHING
error "--perms 8: --perms takes an octal argument <= 07777" --perms 8 --dir /x
error "--size 0: --size takes a non-zero number of bytes" --size 0 --tmpfs /x
error "--monotonic x: Invalid number of seconds: x" --monotonic x
error "--hostname $(printf 'x%.0s' {1..65}): a host name has at most 64 bytes" --hostname "$(printf 'x%.0s' {1..65})"
error "--perms 0755: --perms must be followed by an option that creates a file" --perms 0755 --proc /proc
error "--size 5: --size must be followed by --tmpfs" --size 5 --dir /x
error "--noexec: --noexec and --nosymfollow must be followed by a bind, a tmpfs or an overlay" --noexec --dir /x
error "--overlay-src /usr: --overlay-src must be followed by another --overlay-src or one of \
--overlay, --tmp-overlay, or --ro-overlay" --overlay-src /usr --dir /x
error "--monotonic 5 needs --unshare-time" --monotonic 5
error "--bind-fd x /y: Invalid fd: x" --bind-fd x /y
error "--sync-fd -1: Invalid fd: -1" --sync-fd -1
error "--keep-fd 77: Bad file descriptor" --keep-fd 77
error "--args 77: Bad file descriptor" --args 77
error "--args x: Invalid fd: x" --args x
error "--seccomp 77: Bad file descriptor" --seccomp 77
error "--setenv A=B c: a variable's name cannot be empty or hold a =" --setenv A=B c
error "--argv0 b: --argv0 used multiple times" --argv0 a --argv0 b
error "--userns /none: opening /none: No such file or directory" --userns /none
error "Can't find source path /none-such (-r /none-such): No such file or directory" -r /none-such

# Control characters do not reach the terminal.
t_run "$HUSK" $'--\e[31mred\a\x9b\nline'
t_is "$status" 125 "an option with control characters"
t_unlike "$err" $'[\001-\011\013-\037]|red.*\nline' "they are escaped"
t_like "$err" '\\x1b\[31mred\\x07' "and can be read"
t_run "$HUSK" --bind $'/no\nsuch' /x true
t_unlike "$err" $'no\nsuch' "the same in a path"
long=$(head -c 100000 /dev/zero | tr '\0' x)
t_run "$HUSK" --uid "$long" true
t_is "$status" 125 "a very long word"
t_unlike "$((${#err} < 5000))" '^0$' "makes no very long message"

# A single-value option that is repeated: the last counts, with a warning.
t_run "$HUSK" --chdir /usr --chdir /tmp pwd
t_is "$out:$err" "/tmp:husk: Only the last --chdir option will take effect" "repeated: a warning"
t_run "$HUSK" --level-prefix --no-such
t_is "${err%%$'\n'*}" "<3>husk: Unknown option --no-such" "--level-prefix"
t_run "$HUSK" --level-prefix --chdir /usr --chdir /tmp true
t_is "$err" "<4>husk: Only the last --chdir option will take effect" "also before a warning"

# What is meant.
while read -r wrong meant; do
    t_run "$HUSK" "$wrong" x y true
    t_is "$status:$err" "125:husk: Unknown option $wrong
husk: hint: is $meant meant?" "$wrong"
done << 'END'
--bnid --bind
--robind --ro-bind
--ro_bind --ro-bind
--unshare-ip --unshare-ipc
--tempfs --tmpfs
--profil --profile
--unsetenviron --unsetenv
-bind --bind
--network --net
--write-only --write
--hostnames=x --hostname
---proc --proc
END
t_run "$HUSK" --completely-different true
t_is "$err" "husk: Unknown option --completely-different
husk: hint: \`husk --help' lists the options" "nothing is suggested that is far off"

# hinted HINT ARGS...
hinted()
{
    t_run "$HUSK" "${@:2}"
    t_like "$status:$out:$err" "^125::(husk|usage): [^
]*
husk: hint: $1\$" "$(printf '%q ' "${@:2}")"
}
touch mine.profile file
mkdir lower upper upper/work
lists="\`husk --list-profiles' lists them"
hinted "$lists" -p none-such touch ran
hinted "is default meant\? $lists" -p defualt touch ran
hinted "the file mine.profile is meant by a path with a slash: ./mine.profile" -p mine.profile touch ran
hinted "there is no COMMAND behind -w ran; .*" -w ran
hinted "there is no COMMAND behind --bind . ran; .*" -w . --bind . ran
hinted "there is no COMMAND; .*" -w . --dry-run
hinted "INSIDE:OUTSIDE:COUNT is wanted, .*" --uid-map 0:1 touch ran
hinted "husk was started without fd 77; a shell gives it one with 77< FILE" --file 77 /x touch ran
hinted "a relative folder starts from / inside: .*" -w . --chdir work touch ran
hinted "~ is the home only where a word starts, .*" "--read=~/x" touch ran
hinted "file is not a folder" -w . --overlay-src file --tmp-overlay /x touch ran
hinted "file is not a folder" -w . --overlay-src lower --overlay upper file /x touch ran
hinted "upper and upper/work must not be in each other" -w . --overlay-src lower --overlay upper upper/work /x touch ran
t_run "$HUSK" -w . --mask / touch ran
t_is "$status:$err" "125:husk: masking /: the root itself cannot be masked (--mask /)" "--mask /"
t_fail "nothing was run" test -e ran

t_done
