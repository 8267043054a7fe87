#!/usr/bin/env bash
# The layers of docs/architecture.md, read from the #include lines: a file includes its own folder and
# lower ones; host and inside do not know each other; no circles; no library but libc.
. "${0%/*}/../lib.sh" || exit

# check_layers DIR: prints what is wrong with the includes below DIR, which is a src/.
check_layers()
(
    cd "$1" || exit 1
    grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.[ch]' --include='*.def' . |
        sed -E 's|^\./||; s|^([^:]*:[0-9]*):[^<"]*([<"])([^">]*).*|\1 \2 \3|' | awk '
        BEGIN {
            split("base spec plan gate host inside scope husk tools seccomp allow", names, " ")
            split("0 1 2 3 4 4 4 5 5 5 5", ranks, " ")
            for (i in names) rank[names[i]] = ranks[i]
        }
        {
            where = $1; ours = $2 == "\""; header = $3
            file = where; sub(":.*", "", file)
            folder = file; sub("/.*", "", folder)
            if (!(folder in rank)) { print where ": in no layer"; next }
        }
        folder == "tools" && header == "seccomp.h" { next } # a program of the build
        folder == "allow" && header ~ /^(seccomp\.h|nftables\/|libmnl\/)/ { next } # husk-allow
        folder == "scope" && header == "systemd/sd-bus.h" { next } # husk-scope
        folder == "seccomp" && header ~ /^(seccomp\.h|json-c\/)/ { next } # husk-seccomp
        !ours && header ~ /^(cap-ng|json-c\/|libmnl\/|libmount\/|nftables\/|seccomp|selinux\/|sys\/capability|systemd\/)/ {
            print where ": " header " is of a library that husk does not use"
        }
        !ours || header == "config.h" { next }
        {
            other = header; sub("/.*", "", other)
            if (!(other in rank) || header !~ "/")
                print where ": " header " is not written from src/ on"
            else if (rank[other] > rank[folder])
                print where ": " folder " must not know " other
            else if (rank[other] == rank[folder] && other != folder)
                print where ": " folder " and " other " must not know each other"
        }'
    # What includes what among our own files, for tsort to find circles in.
    grep -rnoE '^[[:space:]]*#[[:space:]]*include "[a-z]+/[^"]*"' --include='*.[ch]' . |
        sed -E 's|^\./([^:]*):[0-9]*:.*"([^"]*)"|\1 \2|' | tsort 2>&1 |
        grep '^tsort:'
)

t_is "$(check_layers "$SRCDIR/src")" "" "no upward include, no circle, no library"

# include DIR FILE LINE: a tree with one file that has this line.
include()
{
    rm -rf "$1"
    mkdir -p "$1/${2%/*}"
    printf '%s\n' "$3" > "$1/$2"
}

include "$T/src" base/fd.c '#include "spec/spec.h"'
t_like "$(check_layers "$T/src")" 'base/fd.c:1: base must not know spec' "an upward include is found"
include "$T/src" host/a.c '# include "inside/b.h"'
t_like "$(check_layers "$T/src")" 'must not know each other' "host that includes inside is found"
include "$T/src" inside/a.h '#include "../host/b.h"'
t_like "$(check_layers "$T/src")" 'not written from src/ on' "a relative include is found"
include "$T/src" base/a.c '#include "fd.h"'
t_like "$(check_layers "$T/src")" 'not written from src/ on' "and so is one without a folder"
include "$T/src" plan/caps.c '#include <sys/capability.h>'
t_like "$(check_layers "$T/src")" 'does not use' "a library is found"
include "$T/src" spec/a.c '#include <json-c/json.h>'
t_like "$(check_layers "$T/src")" 'does not use' "so is one that a program of husk's has"
include "$T/src" net/a.c '#include "base/fd.h"'
t_like "$(check_layers "$T/src")" 'in no layer' "a folder without a layer is found"
include "$T/src" base/a.h '#include "base/b.h"'
printf '#include "base/a.h"\n' > "$T/src/base/b.h"
t_like "$(check_layers "$T/src")" 'loop' "a circle is found"
include "$T/src" plan/a.c '#include "spec/spec.h"'
t_is "$(check_layers "$T/src")" "" "a downward include is fine"

t_done
