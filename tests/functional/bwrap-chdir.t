#!/usr/bin/env bash
# As bwrap: where COMMAND starts: --chdir; else the old folder, if it is there inside too; else $HOME;
# else /. PWD tells it as it was asked for, links and all.
. "${0%/*}/../lib.sh" || exit
export where='pwd -P; echo $PWD $OLDPWD'

same_as_bwrap_sh "--chdir" '$B --ro-bind / / --chdir /usr/bin sh -c "$where"'
same_as_bwrap_sh "--chdir to a relative path is from the new root" \
    '$B --ro-bind / / --chdir usr/bin sh -c "pwd -P"'
same_as_bwrap_sh "--chdir through a link" \
    '$B --ro-bind / / --tmpfs /tmp --symlink /usr /tmp/u --chdir /tmp/u sh -c "$where"'
same_as_bwrap_sh "--chdir to what is not there" '$B --ro-bind / / --chdir /no/such echo run'
same_as_bwrap_sh "--chdir to what is only on the host" '$B $SYS --chdir "$W" echo run'
same_as_bwrap_sh "--chdir to a file" '$B --ro-bind / / --chdir /etc/passwd echo run'
same_as_bwrap_sh "the old folder, when it is inside too" '$B --ro-bind / / sh -c "$where"'
same_as_bwrap_sh "it has the name that it really has" \
    'ln -s /usr link; cd link; $B --ro-bind / / sh -c "$where"'
same_as_bwrap_sh "a folder of the same name will do" '$B $SYS --dir "$W" sh -c "$where; ls -A"'
same_as_bwrap_sh "HOME, when it is not" '$B $SYS --dir /home/me --setenv HOME /home/me sh -c "$where"'
same_as_bwrap_sh "HOME as it was, when --setenv did not set it" \
    'HOME=/usr/bin $B $SYS sh -c "$where"'
same_as_bwrap_sh "/, when HOME is not there either" '$B $SYS --setenv HOME /no/such sh -c "$where"'
same_as_bwrap_sh "/, when HOME is unset" '$B $SYS --unsetenv HOME sh -c "$where"'
same_as_bwrap_sh "PWD is set when all else is cleared" \
    '$B --ro-bind / / --clearenv --chdir /usr /usr/bin/env'
same_as_bwrap_sh "--setenv PWD does not count" \
    '$B --ro-bind / / --setenv PWD /wrong --chdir /usr /usr/bin/env | grep ^PWD='

t_done
