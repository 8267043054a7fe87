#!/usr/bin/env bash
# How words become options: --name VALUE and --name=VALUE, -x VALUE and -xVALUE, no abbreviations;
# the command starts at the first word without a dash, or behind --.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir "$T/work" "$T/data"
cd "$T/work" || exit 1
echo text > "$T/data/file"
export GIVEN=outside
unset ABSENT

# says WANT NAME ARGS...
says()
{
    t_run "$HUSK" "${@:3}"
    t_is "$out$err" "$1" "$2"
}

for forms in "-r $T/data" "-r$T/data" "--read $T/data" "--read=$T/data" "-r ../data" "--read=../data/"; do
    # shellcheck disable=SC2086 # these are words
    says text "$forms" $forms cat "$T/data/file"
done
says text "options are repeated" -r "$T/data" -r "$T/data/file" -w . cat "$T/data/file"

# Values are whatever they are.
says "a=b=c" "a value with an equals sign" -e V=a=b=c sh -c 'echo $V'
says "a=b" "--env=VAR=VALUE" --env=V=a=b sh -c 'echo $V'
says "=" "an empty value, and one of =" --env=E= -eV== sh -c 'echo $E$V'
says "-p none" "a value that looks like an option" --setenv V "-p none" sh -c 'echo $V'
says "--" "and one that is --" --setenv V -- sh -c 'echo $V'
says "--help -r x" "arguments that look like options are the command's" printf '%s %s %s' --help -r x

# -e.
says outside "-e VAR passes it on" -e GIVEN sh -c 'echo $GIVEN'
says outside "-eVAR" -eGIVEN sh -c 'echo $GIVEN'
says outside "--env VAR" --env GIVEN sh -c 'echo $GIVEN'
says unset "a variable that is not set stays so" -e ABSENT sh -c 'echo ${ABSENT-unset}'
says inside "-e VAR=VALUE" -e GIVEN=inside sh -c 'echo $GIVEN'
says outside "the last one counts" -e GIVEN=inside -e GIVEN sh -c 'echo $GIVEN'
says "a b  c" "blanks in a value" -e "GIVEN=a b  c" sh -c 'echo "$GIVEN"'
says "-x" "a value that starts with a dash" -e GIVEN=-x sh -c 'echo "$GIVEN"'
for word in "" "=x"; do
    t_run "$HUSK" -e "$word" true
    t_is "$status:$err" "125:husk: -e $word: a variable's name cannot be empty or hold a =" "-e '$word'"
done
t_run "$HUSK" -e 'G*' true
t_is "$status:$err" "125:husk: -e G*: a variable's name is wanted; --keep-env takes patterns" "-e 'G*'"
says outside "--keep-env PREFIX*" --keep-env 'GIV*' sh -c 'echo $GIVEN'
t_run "$HUSK" --keep-env 'G*N' true
t_is "$status:$err" "125:husk: --keep-env G*N: * can only be the last character" "--keep-env 'G*N'"

# Where the command starts.
says run "--" -- echo run
says run "options and --" -w . -- echo run
t_run "$HUSK" -- --help
t_is "$status" 127 "behind -- a dash means nothing"
t_like "$err" "running --help" "it is the command"
t_run "$HUSK" ""
t_is "$status" 127 "an empty word is a command, which is not found"
t_run "$HUSK" --
t_is "$status" 125 "-- and no command"
t_run "$HUSK" - true
t_is "$status:${err%%$'\n'*}" "125:husk: Unknown option -" "a lone dash is no option"
says "a:--:b" "a second -- is an argument" -- printf '%s:%s:%s' a -- b
says "::x" "empty arguments are kept" printf '%s:%s:%s' "" "" x

# Numbers of arguments.
t_run "$HUSK" --bind=/a /b true
t_is "$status:$err" "125:husk: --bind=/a: --bind takes two arguments" "= with an option of two arguments"
t_run "$HUSK" --proc
t_is "$status:$err" "125:husk: --proc: --proc takes an argument" "an argument that is missing at the end"
t_run "$HUSK" --bind /a
t_is "$status:$err" "125:husk: --bind /a: --bind takes two arguments" "the second that is missing"
t_run "$HUSK" --unshare-net=x true
t_is "$status:$err" "125:husk: --unshare-net=x: --unshare-net takes no argument" "= with an option without one"
t_run "$HUSK" --dry-run=pdf true
t_is "$status:$err" "125:husk: --dry-run=pdf: the format can be text or json, not pdf" "a value that is none"
t_run "$HUSK" --dry-run json
t_like "$status:$out" "^0:command
  json
" "an optional argument is only taken with ="
t_run "$HUSK" -hx true
t_is "$status:${err%%$'\n'*}" "125:husk: Unknown option -hx" "letters cannot be joined"
t_run "$HUSK" --unshare-p true
t_is "$status:${err%%$'\n'*}" "125:husk: Unknown option --unshare-p" "names cannot be abbreviated"
t_run "$HUSK" --include default true
t_is "$status:$err" "125:husk: --include default: include is for profiles, not for the command line" \
    "what is only for profiles"

# --args.
says "from fd" "--args" --args 3 sh -c 'echo $V' 3< <(printf -- '--setenv\0V\0from fd\0')
says "line" "it counts in its place" --args 3 -e V=line sh -c 'echo $V' 3< <(printf -- '--setenv\0V\0from fd')
t_run "$HUSK" --args 3 true 3< <(printf -- '-eA=b\0--\0false\0')
t_is "$status:$err" "125:husk: --args 3: there is a command in what it names, from false on" \
    "a command in it is an error"
t_run "$HUSK" --args 3 true 3< <(printf -- '--args\0004\0')
t_is "$status:$err" "125:husk: --args 4: --args not supported in arguments file" "it cannot be nested"
t_run "$HUSK" --args 3 true 3< <(printf -- '-p\0none-such\0')
t_like "$status:$err" "^125:husk: -p none-such: there is no profile none-such" "husk's own options can be in it"
t_run "$HUSK" --args 77 true
t_is "$status:${err%%$'\n'*}" "125:husk: --args 77: Bad file descriptor" "an fd that is not open"

t_done
