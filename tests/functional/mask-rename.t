#!/usr/bin/env bash
# A mask in a writable folder of the host: the folders on the way to it can be neither renamed nor removed
# nor replaced, so that another one cannot be put in its place. All else can.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

t_need perl

mkdir -p "$T/top/a/b/c" "$T/top/a/beside" "$T/top/other/b/c"
echo secret | tee "$T/top/a/b/c/file" "$T/top/a/file" > /dev/null
before=$(t_tree "$T/top/a" | grep -v ' d ')

# Not mv(1), which copies where it cannot rename; in files, as perl -e needs a /dev/null.
case $(uname -m) in
x86_64) renameat2=316 ;;
*) renameat2=276 ;;
esac
mkdir "$T/top/tools"
echo 'exit !rename($ARGV[0], $ARGV[1]);' > "$T/top/tools/move"
echo "exit !(syscall($renameat2, -100, \$ARGV[0], -100, \$ARGV[1], 2) == 0);" > "$T/top/tools/exchange"
mkdir "$T/x" "$T/y"
t_ok "two folders can be exchanged" perl "$T/top/tools/exchange" "$T/x" "$T/y"

attacks='
exec 2>&- # there may be no /dev/null
cd "$1" || exit 9
move() { perl tools/move "$1" "$2"; }
exchange() { perl tools/exchange "$1" "$2"; }
for f in a a/b a/b/c a/b/c/file; do
    move "$f" moved && echo "$f: moved"
    move "$f" a/moved && echo "$f: moved below"
    move other "$f" && echo "$f: replaced"
    exchange other "$f" && echo "$f: exchanged"
    rmdir "$f" && echo "$f: removed"
    ln -sfnT other "$f" && echo "$f: linked"
    cat a/b/c/file
done
umount -l a && echo umount
# And this works: what is beside it, and a new file next to the mask.
move a/beside a/aside && move a/aside a/beside || echo "beside: no"
echo x > a/b/c/new && move a/b/c/new a/b/c/newer && rm a/b/c/newer || echo "new: no"
exit 0'

for view in "-p none --cap-drop ALL --bind / /" "-p none --cap-drop ALL --bind / / --unshare-user --unshare-pid" "-p none --cap-drop ALL $SYS --bind $T/top $T/top" "-p default -w $T/top"; do
    read -ra options <<< "$view"
    t_run "$HUSK" "${options[@]}" --mask "$T/top/a/b/c/file" sh -c "$attacks" sh "$T/top"
    t_is "$status/$out" 0/ "nothing can be moved in $view"
    t_is "$(t_tree "$T/top/a" | grep -v ' d ')" "$before" "and the host's files are as they were"
done

# The place of the bind does not matter.
t_run "$HUSK" -p none --cap-drop ALL --bind / / --tmpfs /mnt --bind "$T/top" /mnt/x --mask /mnt/x/a/b/c/file sh -c "$attacks" sh /mnt/x
t_is "$status/$out" 0/ "nor where the folder is shown elsewhere"
t_run "$HUSK" -p none --bind / / sh -c "$attacks" sh "$T/top"
t_like "$out" 'a: moved' "without a mask they can be moved"
t_done
