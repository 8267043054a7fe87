#!/usr/bin/env bash
# As bwrap: a COMMAND that cannot be executed is bwrap's own failure: status 1, and it says why.
. "${0%/*}/../lib.sh" || exit

same_as_bwrap "not in PATH" --ro-bind / / no-such-command a
same_as_bwrap "no such path" --ro-bind / / /no/such/command
same_as_bwrap "a folder" --ro-bind / / /usr
same_as_bwrap "a folder's name in PATH" --ro-bind / / --setenv PATH /usr bin
same_as_bwrap "not executable" --ro-bind / / /etc/passwd
same_as_bwrap "not executable, found in PATH" --ro-bind / / --setenv PATH /etc passwd
same_as_bwrap "below a file" --ro-bind / / /etc/passwd/x
same_as_bwrap "there on the host only" --tmpfs /tmp /bin/true
same_as_bwrap_sh "with a missing interpreter" \
    'printf "#!/no/such/interpreter\n" > tool; chmod +x tool; $B --ro-bind / / ./tool'
same_as_bwrap_sh "not a program at all" 'printf "\177ELF" > tool; chmod +x tool; $B --ro-bind / / ./tool'
same_as_bwrap_sh "but a script without #! is the shell's" \
    'echo "echo \$1 \$#" > tool; chmod +x tool; $B --ro-bind / / ./tool "a b" c'
same_as_bwrap_sh "also from PATH" \
    'echo "echo \$1 \$#" > tool; chmod +x tool; $B --ro-bind / / --setenv PATH "$W:$PATH" tool "a b"'
# What is found first has no interpreter, or none but a shell that is not there: the next one counts, by its
# own name.
for first in "#!/no/such/interpreter" "no first line"; do
    export first
    same_as_bwrap_sh "one behind it in PATH ($first)" '
        mkdir first second; echo "$first" > first/tool; ln -s /usr/bin/bash second/tool; chmod +x first/tool
        $B --ro-bind /usr /usr --ro-bind /lib /lib --ro-bind-try /lib64 /lib64 --bind . /w \
            --setenv PATH /w/first:/w/second tool -c "echo run \$0"'
    t_is "$(< "$T/.out.1")" "run tool" "which runs"
    same_as_bwrap_sh "none behind it ($first)" '
        mkdir first; echo "$first" > first/tool; chmod +x first/tool
        $B --ro-bind /usr /usr --bind . /w --setenv PATH /w/first:/usr tool'
done
same_as_bwrap "with a pid namespace" --unshare-pid --ro-bind / / no-such-command
same_as_bwrap "as pid 1" --unshare-pid --as-pid-1 --ro-bind / / no-such-command

t_done
