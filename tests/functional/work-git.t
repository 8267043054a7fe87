#!/usr/bin/env bash
# git works in the default sandbox: it clones a local repository that -r shows into a folder that -w
# shows, and works on the clone.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
t_need git

export HOME=$T/home
mkdir -p "$HOME" "$T/repository" "$T/work"
as_somebody=(-e GIT_AUTHOR_NAME=A -e GIT_AUTHOR_EMAIL=a@example.org -e GIT_COMMITTER_NAME=A
    -e GIT_COMMITTER_EMAIL=a@example.org)
(
    cd "$T/repository" || exit 1
    git init -q -b main
    git config user.name A
    git config user.email a@example.org
    for i in 1 2 3; do
        echo $i >> file
        git add file
        git commit -q -m "number $i"
    done
) || exit 1
cd "$T/work" || exit 1

t_run "$HUSK" -w . git clone "$T/repository" copy
t_is "$status" 128 "a repository that is not shown cannot be cloned"
t_like "$err" 'does not exist' "git does not see it"
t_ok "one that -r shows can be" "$HUSK" -w . -r "$T/repository" git clone -q "$T/repository" copy
t_is "$(cat copy/file)" $'1\n2\n3' "the files are there"
t_is "$(git -C copy rev-parse main)" "$(git -C "$T/repository" rev-parse main)" "and the history"
t_ok "also as a URL" "$HUSK" -w . -r "$T/repository" git clone -q --depth 1 "file://$T/repository" flat
t_is "$(git -C flat log --oneline | wc -l)" 1 "without its history, as asked"

cd copy || exit 1
t_run "$HUSK" git log --format=%s
t_is "$out" $'number 3\nnumber 2\nnumber 1' "git log only reads"
t_run "$HUSK" "${as_somebody[@]}" git commit --allow-empty -m no
t_is "$status" 128 "git commit needs more"
t_ok "which -w gives" "$HUSK" -w . "${as_somebody[@]}" bash -ec \
    'git switch -q -c topic; echo 4 >> file; git commit -q -a -m "number 4"; git merge-base main HEAD'
t_is "$(git log -1 --format='%an %s' topic)" "A number 4" "the commit is there"
t_ok "git fsck and gc" "$HUSK" -w . bash -ec 'git fsck --strict && git gc -q'
t_fail "git push to what is shown read-only" "$HUSK" -w . -r "$T/repository" git push origin topic
t_is "$(git -C "$T/repository" branch --list topic)" "" "changed nothing there"
t_ok "git push to what is shown writable" "$HUSK" -w . -w "$T/repository" git push -q origin topic
t_is "$(git -C "$T/repository" log -1 --format=%s topic)" "number 4" "arrived"

t_done
