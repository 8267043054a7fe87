#!/usr/bin/env bash
# Redis works under the policies `default' and `build': a server with threads of its own writes its data to
# disk from another process, and reads it when it is started again.
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need redis-server redis-cli

cat > server.sh << 'END'
set -eu
cd "$(mktemp -d)"
run()
{
    redis-server --port 63799 --bind 127.0.0.1 --unixsocket "$PWD/socket" --dir "$PWD" --appendonly yes \
        --io-threads 2 --save 3600 1 --daemonize yes --logfile "$PWD/log" > start
    until redis-cli -s socket ping > /dev/null 2>&1; do sleep 0.02; done
}
ask() { redis-cli -s socket "$@"; }
run
ask set key value
redis-cli -h 127.0.0.1 -p 63799 get key
seq 1000 | sed 's/.*/rpush list &/' | redis-cli -h 127.0.0.1 -p 63799 --pipe | tail -n 1
ask eval 'return redis.call("llen", KEYS[1])' 1 list
ask bgsave
until [ "$(ask lastsave)" -gt 0 ] && [ -s dump.rdb ] && ask info persistence | grep -q bgsave_in_progress:0; do sleep 0.02; done
ask info persistence | grep -o 'last_bgsave_status:[a-z]*'
ask bgrewriteaof
until ask info persistence | grep -q aof_rewrite_in_progress:0; do sleep 0.02; done
ask info persistence | grep -o 'aof_last_bgrewrite_status:[a-z]*'
stop() { ask shutdown; while [ -e socket ]; do sleep 0.02; done; }
stop
run
ask lrange list -2 -1
stop
END
t_real "a server and its clients" "OK
value
errors: 0, replies: 1000
1000
Background saving started
last_bgsave_status:ok
Background append only file rewriting started
aof_last_bgrewrite_status:ok
999
1000" bash server.sh

t_done
