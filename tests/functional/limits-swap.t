#!/usr/bin/env bash
# --memory: swap does not get around it, where there is some.
# vm: only uml
. "${0%/*}/../lib.sh" || exit
t_only_in_vm
t_need python3
PATH=$PATH:/usr/sbin:/sbin

swap_off()
{
    sudo -n swapoff "$T/swap"
    sudo -n rm -f "$T/swap"
    t_cleanup
}
trap swap_off EXIT
sudo -n dd if=/dev/zero of="$T/swap" bs=1M count=150 status=none
sudo -n chmod 600 "$T/swap"
t_ok "there is swap" sudo -n sh -c 'mkswap "$1" > /dev/null && swapon "$1"' sh "$T/swap"

# Memory that is not in files, and no less for being written. By a copy, as in limits-memory.t.
cat > "$T/eat.py" << 'END'
read = bytearray(1 << 20)
have = []
with open("/dev/urandom", "rb", buffering=0) as source:
    for i in range(90):
        source.readinto(read)
        have.append(bytes(read))
print("has", len(have))
END
t_run "$HUSK" --read "$T/eat.py" --memory 50M --memory-swap -1 python3 "$T/eat.py"
t_is "$status:$out:$err" "0:has 90:" "with swap, if that is asked for, there is room for more"
t_run "$HUSK" --read "$T/eat.py" --memory 50M --memory-swap 130M python3 "$T/eat.py"
t_is "$status:$out:$err" "0:has 90:" "and so with enough of it"
t_run "$HUSK" --read "$T/eat.py" --memory 50M python3 "$T/eat.py"
t_is "$status:$out:$err" "137::husk: python3: killed: memory limit 50M reached (--memory 50M)" "else there is none"
t_run "$HUSK" --read "$T/eat.py" --memory 50M --memory-swap 70M python3 "$T/eat.py"
t_is "$status:$out" "137:" "nor more than was asked for"
t_done
