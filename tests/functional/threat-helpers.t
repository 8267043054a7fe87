#!/usr/bin/env bash
# The helpers that husk runs, which are setuid, are found by absolute paths and get an environment of
# husk's own: nothing of the caller's reaches them (CVE-2021-21261 of flatpak).
# vm: uml
. "${0%/*}/../lib.sh" || exit
[ -x /usr/bin/newuidmap ] || t_skip_all "newuidmap is not installed"

# Shown to husk in the place of newuidmap: it writes down what it was given, and fails.
cat > "$T/helper" << END
#!/bin/sh -p
{
    echo "\$0 \$*"
    /usr/bin/tr '\\0' '\\n' < /proc/\$\$/environ
    /bin/ls /proc/self/fd
    /bin/grep SigIgn /proc/self/status
    /bin/grep SigBlk /proc/self/status
} > "$T/seen"
exit 1
END
mkdir "$T/bin"
printf '#!/bin/sh\necho caught >> %q\n' "$T/caught" | tee "$T/bin/newuidmap" "$T/bin/newgidmap" > /dev/null
chmod +x "$T/helper" "$T/bin/"*
printf '4321:100000:10\n' > "$T/subid"
cp "$HUSK" "$T/husk"
chmod -R go+rX "$T" # husk is another user there

# with_helper CMD...: as a user who is not root, whose newuidmap is ours, with an environment that would
# do harm in a program with more rights.
with_helper()
{
    rm -f "$T/seen"
    # shellcheck disable=SC2016 # it is the inner shell's
    t_run bash -c '. "$0"; t_outer_as "$@"' "$T/outer" "$@"
}
cat > "$T/outer" << END
t_outer_as()
{
    local flags=(--mount --user --map-user=4321 --map-group=4321 --keep-caps)
    unshare "\${flags[@]}" bash -euc '
        mount --bind "$T/helper" /usr/bin/newuidmap
        mount --bind "$T/subid" /etc/subuid
        mount --bind "$T/subid" /etc/subgid
        export PATH="$T/bin:\$PATH" SECRET=token HUSK_EVIL=1 BASH_ENV="$T/bin/newuidmap" IFS=/ \
            GCONV_PATH="$T" LOCPATH="$T" TMPDIR="$T" TZ=:/evil SHELLOPTS_=x
        export LD_PRELOAD=/absent/evil.so LD_LIBRARY_PATH="$T" LD_AUDIT=/absent/evil-audit.so
        trap "" HUP USR1
        exec "\$@"' bash "\$@" 7< /dev/null
}
END

with_helper /usr/bin/newuidmap 1 2 3
t_like "$(< "$T/seen")" 'LD_PRELOAD=/absent/evil.so' "called directly, a helper has it all"
t_like "$err" 'evil' "and its loader obeys"

with_helper "$T/husk" -p none --unshare-user --map-auto --ro-bind / / true
t_is "$status" 125 "when the helper fails, so does husk"
seen=$(< "$T/seen")
t_like "$seen" '/newuidmap [0-9]+ 0 4321 1 1 100000 10' "called by husk, it has its arguments"
t_is "$(grep '=' <<< "$seen" | sort | xargs)" "LANG=C PATH=/usr/sbin:/usr/bin:/sbin:/bin" "and these variables"
t_is "$(grep -c '^[0-9]' <<< "$seen")" 4 "and no fds but 0, 1 and 2 (and the one that ls uses)"
t_like "$seen" 'SigIgn:	0000000000000000' "and no signal ignored"
t_like "$seen" 'SigBlk:	0000000000000000' "nor blocked"
obeyed=$(grep -c evil <<< "$err")
# husk's own loader does, in builds where it has one.
with_helper "$T/husk" --version
t_is "$obeyed" "$(grep -c evil <<< "$err")" "its loader obeys nobody"
t_fail "what PATH leads to is not run" test -e "$T/caught"
t_done
