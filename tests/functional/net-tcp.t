#!/usr/bin/env bash
# --tcp-connect and --tcp-bind together with a network that a helper carries, with its list, and with published ports:
# what one of them closes is closed.
# vm: none (landlock-tcp.t and net-kernel.t are there)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
if ! "$HUSK" --tcp-bind 1 true 2> /dev/null; then
    t_run "$HUSK" -n user --tcp-connect 80 echo ran
    t_is "$status $out" "125 " "this kernel cannot limit TCP: nothing runs"
    t_done
fi
lab_start
get=(curl -sS --max-time 25 http://www.example.net/)

connecting()
{
    local mode=$1
    t_run "$LAB/husk" -n "$mode" --tcp-connect 80 "${get[@]}"
    t_is "$status $out" "0 world" "$mode: the port that may be connected to, with names by UDP"
    t_run "$LAB/husk" -n "$mode" --tcp-connect 443 "${get[@]}"
    t_like "$status $err" '^7 ' "$mode: and no other one"
    t_run "$LAB/husk" -n "$mode" --tcp-connect 80 --allow www.example.net:80 "${get[@]}"
    t_is "$status $out" "0 world" "$mode: with a list that says the same"
    t_run "$LAB/husk" -n "$mode" --tcp-connect 443 --allow www.example.net:80 "${get[@]}"
    t_is "$status $out" "7 " "$mode: what only the list allows"
    t_run "$LAB/husk" -n "$mode" --tcp-connect 80 --allow www.example.net:443 "${get[@]}"
    t_is "$status $out" "7 " "$mode: what only the port allows"
    t_run "$LAB/husk" -n "$mode" --tcp-connect none --allow 198.51.100.1:7/udp -- dig +short www.example.net
    t_is "$status $out" "0 " "$mode: no TCP at all, and no name that is not listed"
}
lab_each connecting

# serve MODE PORT OPTION...: is what listens on PORT inside reached on port 8123 of the host.
serve()
{
    local mode=$1 port=$2
    shift 2
    "$LAB/husk" -n "$mode" --publish "8123:$port" "$@" -- /usr/bin/python3 -u -c "
import http.server
http.server.ThreadingHTTPServer(('0.0.0.0', $port), http.server.SimpleHTTPRequestHandler).serve_forever()" \
        > "$T/served" 2>&1 &
    husk=$!
    served=no
    if t_wait sh -c "! kill -0 $husk || '$LAB/host' curl -sf --max-time 5 http://127.0.0.1:8123/" 2> /dev/null; then
        ! kill -0 $husk 2> /dev/null || served=yes
    fi
    kill $husk 2> /dev/null
    wait $husk 2> /dev/null
}

binding()
{
    local mode=$1
    serve "$mode" 8000 --tcp-bind 8000 --tcp-connect none
    t_is "$served" yes "$mode: a published port that may be bound"
    serve "$mode" 8001 --tcp-bind 8000
    t_is "$served" no "$mode: another one cannot be served"
    t_like "$(< "$T/served")" 'Permission denied' "$mode: since it cannot be bound"
    serve "$mode" 8000 --tcp-bind 8000 --allow 198.51.100.1:80
    t_is "$served" yes "$mode: with a list as well"
}
lab_each binding
t_done
