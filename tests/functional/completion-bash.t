#!/usr/bin/env bash
# bash completes husk's command line, up to and into COMMAND.
# vm: none (shells alone)
. "${0%/*}/../lib.sh" || exit
[ -e "$BUILDDIR/completions/husk.bash" ] || t_skip_all "completions are not built"
export PATH=$BUILDDIR:$PATH
touch "$T/file"
mkdir "$T/folder"

# offers WORD...: what bash offers for the last WORD, in one line, sorted. Each WORD is one of
# readline's, for which = is a word of its own.
# shellcheck disable=SC2016 # for the inner shell
offers()
{
    (cd "$T" && bash --norc --noprofile -c '
        . "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        $(complete -p husk | sed "s/.*-F \([^ ]*\) .*/\1/")
        printf "%s\n" "${COMPREPLY[@]}" | sort -u | xargs' bash "$BUILDDIR/completions/husk.bash" "$@")
}

t_is "$(offers husk --remount)" "--remount-ro" "an option"
t_is "$(offers husk --bind)" "--bind --bind-data --bind-fd --bind-try" "the options that start so"
t_is "$(offers husk --dry)" "--dry-run --dry-run=" "an option with an optional argument"
t_is "$(offers husk --dry-run = j)" "json" "the optional argument"
t_is "$(offers husk --dry-run =)" "json text" "all of its values"
t_is "$(offers husk --net = ho)" "host" "an argument behind ="
t_is "$(offers husk --net = host --chd)" "--chdir" "what comes after that"
t_is "$(offers husk --include)" "" "no option of profiles only"
t_is "$(offers husk --bind f)" "file folder" "a path"
t_is "$(offers husk --bind file fo)" "folder" "a path as second argument"
t_is "$(offers husk --bind file folder --chd)" "--chdir" "an option after arguments"
t_is "$(offers husk -p def)" "default" "a profile"
t_is "$(offers husk --print-profile ./fo)" "./folder" "a profile by its path"
t_is "$(offers husk -n '')" "host none" "a mode"
t_is "$(offers husk --seccomp-profile '')" "build default nested none strict" "a policy, which is no profile"
t_is "$(offers husk --seccomp-profile ./fi)" "./file" "a policy's file"
t_is "$(offers husk --cap-add CAP_SYS_PT)" "CAP_SYS_PTRACE" "a capability"
t_is "$(HUSK_TEST_VARIABLE=1 offers husk -e HUSK_TEST_V)" "HUSK_TEST_VARIABLE" "a variable"
t_is "$(offers husk --uid '')" "" "nothing where nothing is known"
t_is "$(offers husk true)" "true" "a command"
t_is "$(offers husk --unshare-net -- true)" "true" "a command after --"
t_is "$(offers husk cat --bin)" "" "no option of husk's after COMMAND"
t_is "$(offers husk cat "fi")" "file" "a file after COMMAND"

t_done
