#!/usr/bin/env bash
# fish completes husk's command line, up to and into COMMAND.
# vm: none (shells alone)
. "${0%/*}/../lib.sh" || exit
t_need fish
[ -e "$BUILDDIR/completions/husk.fish" ] || t_skip_all "completions are not built"
export PATH=$BUILDDIR:$PATH HOME=$T/home
mkdir -p "$HOME" "$T/in/folder"
touch "$T/in/file"

# offers LINE: what fish offers for the last word of LINE, in one line, sorted, without descriptions.
# shellcheck disable=SC2016 # for the inner shell
offers()
{
    (cd "$T/in" && fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
        "$BUILDDIR/completions/husk.fish" "$1" 2>&1 | cut -f1 | sort | xargs)
}

t_is "$(offers 'husk --remount')" "--remount-ro" "an option"
t_is "$(offers 'husk --bind')" "--bind --bind-data --bind-fd --bind-try" "the options that start so"
t_is "$(offers 'husk --dry-run=j')" "--dry-run=json" "an optional argument"
t_is "$(offers 'husk --include')" "" "no option of profiles only"
t_is "$(offers 'husk --bind f')" "file folder/" "a path"
t_is "$(offers 'husk --bind file fo')" "folder/" "a path as second argument"
t_is "$(offers 'husk --bind file folder --chd')" "--chdir" "an option after arguments"
t_is "$(offers 'husk -p def')" "default" "a profile"
t_is "$(offers 'husk -n ')" "host none" "a mode"
t_is "$(offers 'husk --cap-add CAP_SYS_PT')" "CAP_SYS_PTRACE" "a capability"
t_is "$(HUSK_TEST_VARIABLE=1 offers 'husk -e HUSK_TEST_V')" "HUSK_TEST_VARIABLE" "a variable"
t_is "$(offers 'husk --uid ')" "" "nothing where nothing is known"
t_like " $(offers 'husk tru') " " true " "a command"
t_like " $(offers 'husk --unshare-net -- tru') " " true " "a command after --"
t_unlike " $(offers 'husk cat --remo') " "--remount-ro" "no option of husk's after COMMAND"
t_is "$(offers 'husk cat fi')" "file" "a file after COMMAND"

t_done
