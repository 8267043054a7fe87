#!/usr/bin/env bash
# Programs that fetch packages, over TLS, from a server of a listed name: git, npm, and one that does as pip does. A
# package that is elsewhere is not fetched.
# vm: none (needs its own networks)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
t_need openssl git npm
lab_start

mkdir "$T/tls" "$T/www" "$T/package" "$T/app"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=www.example.net \
    -addext subjectAltName=DNS:www.example.net -keyout "$T/key.pem" -out "$T/tls/ca.pem" 2> "$T/openssl.err" ||
    cat "$T/openssl.err"

echo '{ "name": "thing", "version": "1.0.0", "main": "thing.js" }' > "$T/package/package.json"
echo 'console.log("npm got it");' > "$T/package/thing.js"
tar -C "$T" -czf "$T/www/thing.tgz" package
lab_repository "$T/www/r.git"

# What npm and pip ask of their registries: what there is of a package, with its digest, and where. Of "astray" it says
# that it is at an address which is not listed.
cat > "$T/registry.py" << 'END'
import base64, hashlib, http.server, json, ssl, sys
folder, cert, key = sys.argv[1:]
data = open(folder + "/thing.tgz", "rb").read()
class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args):
        super().__init__(*args, directory=folder)
    def log_message(self, *args): pass
    def answer(self, kind, text):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
    def do_GET(self):
        name = self.path.strip("/").split("/")[-1]
        if name not in ("thing", "astray"):
            return super().do_GET()
        url = "https://%s/thing.tgz" % ("www.example.net" if name == "thing" else "198.51.100.3")
        if self.path.startswith("/simple/"):
            return self.answer("text/html", '<a href="%s#sha256=%s">it</a>' % (url, hashlib.sha256(data).hexdigest()))
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
        self.answer("application/json", json.dumps({"name": name, "dist-tags": {"latest": "1.0.0"}, "versions": {
            "1.0.0": {"name": name, "version": "1.0.0", "dist": {"tarball": url, "integrity": integrity}}}}))
server = http.server.ThreadingHTTPServer(("198.51.100.1", 443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready", flush=True)
server.serve_forever()
END
cat > "$T/tls/fetch.py" << 'END'
import hashlib, re, sys, urllib.request
page = urllib.request.urlopen("https://www.example.net/simple/" + sys.argv[1], timeout=20).read().decode()
url, digest = re.search('href="([^#]*)#sha256=([0-9a-f]*)"', page).groups()
try:
    data = urllib.request.urlopen(url, timeout=20).read()
    print("python got it" if hashlib.sha256(data).hexdigest() == digest else "python got something else")
except OSError as e:
    print(e)
END
"$LAB/world" /usr/bin/python3 "$T/registry.py" "$T/www" "$T/tls/ca.pem" "$T/key.pem" > "$T/registry" 2>&1 &
t_wait grep -q ready "$T/registry"

# listed MODE COMMAND...: with nothing but that server.
listed()
{
    local mode=$1
    shift
    t_run "$LAB/husk" -n "$mode" --allow www.example.net:443 -r "$T/tls" -w "$T/app" --chdir "$T/app" \
        -e SSL_CERT_FILE="$T/tls/ca.pem" -e GIT_SSL_CAINFO="$T/tls/ca.pem" -e GIT_CONFIG_NOSYSTEM=1 -- "$@"
}

clients()
{
    local mode=$1
    listed "$mode" curl -sS --max-time 20 -o /dev/null -w '%{http_code} %{ssl_verify_result}' --cacert "$T/tls/ca.pem" \
        https://www.example.net/thing.tgz
    t_is "$status $out" "0 200 0" "$mode: curl over TLS"
    listed "$mode" /usr/bin/python3 "$T/tls/fetch.py" thing
    t_is "$status $out" "0 python got it" "$mode: python, by an index, as pip does"
    listed "$mode" /usr/bin/python3 "$T/tls/fetch.py" astray
    t_like "$status $out" '^0 .*Connection refused' "$mode: what the index has elsewhere is refused"
    listed "$mode" sh -c 'cd /tmp && git clone -q https://www.example.net/r.git && ls -d r/.git'
    t_is "$status $out" "0 r/.git" "$mode: git over TLS"
}
lab_each clients

npm=(npm install --registry https://www.example.net/ --cafile "$T/tls/ca.pem" --no-audit --no-fund
    --no-update-notifier --fetch-retries 0)
T_TIMEOUT=90 listed user sh -c '"$@" thing && node -e "require(\"thing\")"' - "${npm[@]}"
t_like "$status $out" '^0 .*npm got it$' "npm installs a package"
T_TIMEOUT=90 listed user "${npm[@]}" astray
t_like "$status $err" '^[1-9].*ECONNREFUSED' "and none that is elsewhere"
t_done
