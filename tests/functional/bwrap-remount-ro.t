#!/usr/bin/env bash
# As bwrap: --remount-ro makes one mount read-only, not those below it.
. "${0%/*}/../lib.sh" || exit

export try='touch /x/new /x/d/new; ls /x /x/d'
same_as_bwrap_sh "a tmpfs" '$B $SYS --tmpfs /x --dir /x/d --remount-ro /x sh -c "$try" 2> /dev/null'
same_as_bwrap_sh "not what is mounted below it" \
    '$B $SYS --tmpfs /x --tmpfs /x/d --remount-ro /x sh -c "$try" 2> /dev/null'
same_as_bwrap_sh "a writable bind" \
    'mkdir -p a/d; $B $SYS --bind a /x --remount-ro /x sh -c "$try" 2> /dev/null; find a | sort'
same_as_bwrap_sh "the root" '$B $SYS --tmpfs /x --dir /x/d --remount-ro / sh -c "touch /new; $try" 2> /dev/null'
same_as_bwrap_sh "nothing can be made there afterwards" \
    '$B $SYS --tmpfs /x --remount-ro /x --dir /x/d echo run 2> /dev/null'
same_as_bwrap_sh "relative, through a link" \
    '$B $SYS --tmpfs /x --dir /x/d --symlink x /l --remount-ro l sh -c "$try" 2> /dev/null'
same_as_bwrap_sh "a folder that is no mount" '$B $SYS --dir /x --remount-ro /x echo run 2> /dev/null'
same_as_bwrap_sh "what is not there" '$B $SYS --remount-ro /x echo run 2> /dev/null'

# Only that flag: bwrap adds nodev, after which a /dev of the host is of no use.
t_run "$BWRAP_HUSK" --ro-bind / / --dev-bind /dev /dev --remount-ro /dev sh -c 'echo x > /dev/null'
t_is "$status" 0 "devices stay devices"

t_done
