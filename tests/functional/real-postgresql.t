#!/usr/bin/env bash
# PostgreSQL works under the policies `default' and `build': a cluster is made, its server started, asked
# over a socket and over the loopback by several clients at once, and stopped. It refuses to run as root,
# so where root runs husk it is another user inside, by --uid; on the host its files are root's.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit

cat > server.sh << 'END'
set -eu
PATH=$1:$PATH
data=$(mktemp -d)/data
initdb --no-sync --locale=C --encoding=UTF8 --auth=trust -U somebody -D "$data" > "$data.initdb"
pg_ctl -s -w -D "$data" -l "$data.log" -o "-k /tmp -h 127.0.0.1 -p 54329" start || cat "$data.log"
ask() { psql -X -q -A -t -v ON_ERROR_STOP=1 -U somebody -p 54329 -d postgres "$@"; }
ask -h /tmp -c 'create table t (a int primary key, b text)' -c "insert into t select n, md5(n::text) from generate_series(1, 5000) n"
ask -h /tmp -c 'select count(*), sum(length(b)) from t'
for i in 1 2 3 4; do
    ask -h 127.0.0.1 -c "update t set b = b || '$i' where a <= 100; select pg_sleep(0.01)" > "$data.$i" &
    clients="${clients-} $!"
done
for client in $clients; do wait "$client"; done
ask -h /tmp -c 'select sum(length(b)) - 32 * count(*) from t'
ask -h /tmp -c 'set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0; set min_parallel_table_scan_size = 0;
    select count(*) > 2000 from t where b > $$8$$' -c 'vacuum analyze t' -c 'create index on t (b)' -c 'checkpoint'
ask -h /tmp -c "copy t to '$data.copy'" -c 'listen x' -c 'notify x' | sed 's/ from.*//'; wc -l < "$data.copy"
pg_ctl -s -w -D "$data" -m fast stop
pg_controldata -D "$data" | grep 'cluster state'
END
mapfile -t folders < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V)
folder=${folders[-1]}
[ -x "$folder/initdb" ] || t_skip_all "PostgreSQL is not installed"
[ "$(id -u)" != 0 ] || real_options+=(--uid 1000 --gid 1000)
t_real "a server and its clients" "5000|160000
400
t
Asynchronous notification \"x\" received
5000
Database cluster state:               shut down" bash server.sh "$folder"

t_done
