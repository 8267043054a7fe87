"""Servers for tests/netlab.sh: NAME [udp:]ADDRESS:PORT... HTTP answers NAME and who asked; UDP echoes."""

import http.server
import socket
import sys
import threading


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True

    def __init__(self, address, port, handler):
        self.address_family = family(address)
        super().__init__((address, port), handler)

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.server_address[:2]


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        text = f"{sys.argv[1]}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


def echo(address, port):
    with socket.socket(family(address), socket.SOCK_DGRAM) as s:
        if ":" in address:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((address, port))
        yield
        while True:
            data, peer = s.recvfrom(65536)
            s.sendto(data, peer)


def start(word):
    udp = word.startswith("udp:")
    address, port = word.removeprefix("udp:").rsplit(":", 1)
    if udp:
        server = echo(address, int(port))
        next(server)
        run = lambda: next(server)
    else:
        run = Server(address, int(port), Handler).serve_forever
    threading.Thread(target=run).start()


for word in sys.argv[2:]:
    start(word)
print("ready", flush=True)
