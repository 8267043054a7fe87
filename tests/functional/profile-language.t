#!/usr/bin/env bash
# What a profile may hold: options without dashes in their order, comments, quotes, variables,
# includes, and lines that count only if a variable is set.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside, or for a profile
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home USER=somebody
mkdir -p "$HOME" "$T/work"
cd "$T/work" || exit 1
unset NOTHING
export EMPTY='' GIVEN='a value' XDG_RUNTIME_DIR=$T/run

# values LINE...: what the variables A, B, ... are that these lines set, each in <>.
values()
{
    printf '%s\n' 'dev-bind / /' clearenv "$@" > "$T/p"
    t_run "$HUSK" -p "$T/p" /usr/bin/env
    printf '%s' "$(sed -n '/^PWD=/d; s/^[A-Z]=\(.*\)/<\1>/p' <<< "$out")" "$err"
}

t_is "$(values 'setenv A plain')" "<plain>" "a word"
t_is "$(values $'\t  setenv \t A   spaced   \r')" "<spaced>" "blanks around words"
t_is "$(values '# setenv A 1' '  # x' '' 'setenv A 2 # 3' 'setenv B #')" \
    "husk: $T/p:7:1: setenv B: setenv takes two arguments" "a comment is no argument"
t_is "$(values '# setenv A 1' '  # x' '' 'setenv A 2 # 3' 'setenv B 4#5')" "<2>
<4#5>" "a comment starts at the start of a word"
t_is "$(values 'setenv A "two words"' "setenv B 'two  more'" "setenv C \"it's\"" "setenv D 'a \"b\"'")" "<two words>
<two  more>
<it's>
<a \"b\">" "quotes"
t_is "$(values 'setenv A a" b"'"' c'd" 'setenv B ""' "setenv C ''")" "<a b cd>
<>
<>" "parts of a word; empty words"
t_is "$(values 'setenv A "\" \\ \$"' "setenv B 'a\\b \${HOME}'")" '<" \ $>
<a\b ${HOME}>' "what a backslash does in quotes, and what single quotes do"
t_is "$(values 'setenv A =' 'setenv B --x' 'setenv C "#"')" "<=>
<--x>
<#>" "words that look like something else"
t_is "$(values 'setenv A "ä ü 漢"')" "<ä ü 漢>" "UTF-8"

# Variables.
user=$(getent passwd "$(id -u)" | cut -d: -f1)
t_is "$(values 'setenv A ${HOME}' 'setenv B ${CWD}/x' 'setenv C ${UID}:${GID}' 'setenv D ${USER}' \
    'setenv E ${XDG_RUNTIME_DIR}' 'setenv F "${ENV:GIVEN} of it"')" "<$HOME>
<$T/work/x>
<$(id -u):$(id -g)>
<$user>
<$T/run>
<a value of it>" "\${HOME}, \${CWD}, \${UID}, \${GID}, \${USER}, \${XDG_RUNTIME_DIR}, \${ENV:NAME}"
t_is "$(values 'setenv A ~' 'setenv B ~/file' 'setenv C a~' 'setenv D "~"' "setenv E '~/x'")" "<$HOME>
<$HOME/file>
<a~>
<~>
<~/x>" "a tilde at the start of a word"
t_is "$(values 'setenv A ${ENV:GIVEN}')" "<a value>" "a value is one word, blanks or not"
t_is "$(GIVEN='$HOME ${HOME} "x' values 'setenv A ${ENV:GIVEN}')" \
    '<$HOME ${HOME} "x>' "what is in a value is not looked at again"
t_is "$(values 'setenv A "${ENV:EMPTY}"')" "<>" "a variable that is empty is set"

# if.
t_is "$(values 'if ${HOME} setenv A yes' 'if ${ENV:NOTHING} setenv B ${ENV:NOTHING}' \
    'if ${ENV:EMPTY} setenv C no' 'if ${HOME} if ${ENV:GIVEN} setenv D ${ENV:GIVEN}' \
    'if ${HOME} if ${ENV:NOTHING} setenv E no' 'setenv F yes')" "<yes>
<a value>
<yes>" "if: only what has a value"

# Order, modifiers, includes.
t_is "$(values 'setenv A 1' 'setenv A 2' 'unsetenv B')" "<2>" "the last one counts"
mkdir "$T/dir" "$T/dir/sub"
echo 'setenv A from-a
include ./sub/b
setenv C from-a' > "$T/dir/a"
echo 'setenv A from-b
setenv B from-b
include ../c' > "$T/dir/sub/b"
echo 'if ${ENV:NOTHING} include ./not-there
setenv C from-c' > "$T/dir/c"
t_is "$(values "include $T/dir/a")" "<from-b>
<from-b>
<from-a>" "include: in place, from the including file's folder"
t_is "$(values "include $T/dir/a" 'setenv B after')" "<from-b>
<from-a>
<after>" "what follows it comes later"
printf 'dev-bind / /\nperms 0750\ntmpfs /tmp\nnoexec\nnosymfollow\ntmpfs /var/tmp\nchdir /tmp' > "$T/p"
t_run "$HUSK" -p "$T/p" sh -c 'pwd; stat -c %a .; grep -o " /var/tmp .*" /proc/self/mountinfo'
t_like "$out" "^/tmp
750
.*noexec.*nosymfollow" "modifiers are for the next line; the last line needs no end"

# Options of the command line that come after a profile.
printf 'dev-bind / /\nsetenv A profile\nuid 5\nhostname one\nunshare-uts\n' > "$T/p"
t_run "$HUSK" -p "$T/p" --unshare-user --uid 6 --hostname two --setenv A line sh -c 'id -u; uname -n; echo $A'
t_is "$out:$err" $'6\ntwo\nline:' "the command line replaces what a profile said, without a warning"

t_done
