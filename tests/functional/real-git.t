#!/usr/bin/env bash
# git works under the policies `default' and `build', with all that it starts: clone of a local repository,
# in both its ways, commits, merges, gc, fsck, bisect, hooks, a daemon on the loopback.
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need git

cat > script.sh << 'END'
set -eu
cd "$(mktemp -d)"
export HOME=$PWD GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org
export GIT_AUTHOR_DATE='2020-01-01T00:00:00Z' GIT_COMMITTER_DATE='2020-01-01T00:00:00Z' GIT_CONFIG_NOSYSTEM=1
git init -q -b main origin
cd origin
for i in $(seq 20); do
    seq $((i * 100)) > file; echo "$i" > "file$i"; git add .; git commit -q -m "number $i"
done
git tag -a -m "a tag" v1
printf '#!/bin/sh\necho "hook ran" >&2\n' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
git commit -q --allow-empty -m hooked 2>&1
cd ..
git clone -q origin local
git clone -q --no-local --depth 5 "file://$PWD/origin" shallow
git -C shallow rev-list --count HEAD
git clone -q --bare origin bare.git
cd local
git switch -q -c topic HEAD~3
echo topic > topic; git add topic; git commit -q -m topic; git rebase -q main; git switch -q main; git merge -q --no-ff -m merged topic
git stash list; echo x >> file; git stash -q; git stash pop -q; git checkout -q file
git log --graph --oneline | wc -l; git diff --stat HEAD~2 | tail -n 1; git blame file | wc -l; git grep -c 7 -- 'file*' | wc -l
git bisect start HEAD HEAD~10 > bisect; git bisect run sh -c '[ ! -e file15 ]' >> bisect; grep -c 'is the first bad commit' bisect
git bisect reset > bisect 2>&1; rm bisect; git worktree add -q ../tree; git -C ../tree status --short --branch; git submodule -q add "$PWD/../bare.git" sub 2>&1 | wc -l
git gc -q --aggressive --prune=now; git repack -q -a -d --threads=2; git fsck --strict --no-progress; git count-objects | cut -d' ' -f1
git archive HEAD | tar -t | wc -l; git format-patch -q -1 -o patches HEAD~1; git bundle create -q bundle main; git bundle verify bundle > /dev/null 2>&1
git push -q ../bare.git main; git -C ../bare.git rev-parse main
touch ../bare.git/git-daemon-export-ok
port=$((20000 + $$ % 12000))
git daemon --base-path="$PWD/.." --listen=127.0.0.1 --port="$port" & daemon=$!
until git ls-remote git://127.0.0.1:$port/bare.git > remote 2>&1; do sleep 0.02; done
git clone -q git://127.0.0.1:$port/bare.git ../cloned
kill $daemon; wait $daemon || true
git -C ../cloned rev-list --count HEAD
git -C ../cloned maintenance run --quiet
echo done
END
t_real_same "git" bash script.sh
t_done
