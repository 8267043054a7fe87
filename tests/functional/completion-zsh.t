#!/usr/bin/env bash
# zsh completes husk's command line, up to and into COMMAND.
# vm: none (shells alone)
. "${0%/*}/../lib.sh" || exit
t_need zsh
[ -e "$BUILDDIR/completions/_husk" ] || t_skip_all "completions are not built"
export PATH=$BUILDDIR:$PATH HOME=$T/home
mkdir -p "$HOME" "$T/in/folder"
touch "$T/in/file"

# A shell on a terminal of its own, in which compadd says what it is asked to add.
cat > "$T/setup.zsh" << 'END'
PROMPT= RPROMPT=
autoload -U compinit
compinit -u -D
bindkey '^I' complete-word
bindkey '^E' finish
finish() { print FINISHED; exit }
zle -N finish
compadd() {
  if [[ ${@[1,(i)(-|--)]} != *-[OAD]\ * ]]; then
    local -a added
    builtin compadd -A added "$@"
    print -rl -- OFFER:$^added
  fi
  builtin compadd "$@"
}
print READY
END
cat > "$T/offers.zsh" << 'END'
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "fpath=($1 \$fpath); cd $2; source $3"
until [[ $line == READY* ]]; do zpty -r z line || exit; done
zpty -w -n z "$4"$'\t\x05'
until [[ $line == *FINISHED* ]]; do zpty -r z line || exit; print -r -- $line; done
END

# offers LINE: what zsh offers for the last word of LINE, in one line, sorted.
offers()
{
    timeout $((30 * ${HUSK_SLOW:-1})) zsh -f "$T/offers.zsh" "$BUILDDIR/completions" "$T/in" "$T/setup.zsh" "$1" |
        grep -o 'OFFER:[^[:space:][:cntrl:]]*' | sed 's/^OFFER://' | sort -u | xargs
}

t_is "$(offers 'husk --remount')" "--remount-ro" "an option"
t_is "$(offers 'husk --bind')" "--bind --bind-data --bind-fd --bind-try" "the options that start so"
t_is "$(offers 'husk --dry-run=j')" "json" "an optional argument"
t_is "$(offers 'husk --net=ho')" "host" "an argument behind ="
t_is "$(offers 'husk --include')" "" "no option of profiles only"
t_is "$(offers 'husk --bind f')" "file folder" "a path"
t_is "$(offers 'husk --bind file fo')" "folder" "a path as second argument"
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
