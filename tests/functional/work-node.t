#!/usr/bin/env bash
# Node works in the default sandbox, and npm without a network. Where it is not installed, husk says
# that there is no such program inside.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/project/greeter"
cd "$T/project" || exit 1
node=$(command -v node)
if [[ $node != /usr/* ]]; then
    t_run "$HUSK" -e PATH=/usr/bin:/bin node script.js
    t_is "$status" 127 "no node, no script"
    t_like "$err" 'node' "husk says what is missing"
    t_done
fi

cat > script.js << 'END'
const { execFileSync } = require('node:child_process');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const fs = require('node:fs'), http = require('node:http'), os = require('node:os');
const path = require('node:path'), zlib = require('node:zlib'), crypto = require('node:crypto');

async function main() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'x'));
    await fs.promises.writeFile(path.join(folder, 'file'), 'text');
    console.log('files', fs.readFileSync(path.join(folder, 'file'), 'utf8'));
    fs.rmSync(folder, { recursive: true });
    console.log('process', execFileSync('tr', ['a-z', 'A-Z'], { input: 'abc' }).toString());
    console.log('worker', await new Promise((done) =>
        new Worker(__filename).once('message', done)));
    console.log('zlib', zlib.gunzipSync(zlib.gzipSync(Buffer.alloc(1e6, 'x'))).length);
    console.log('crypto', crypto.createHash('sha256').update('').digest('hex').slice(0, 8));
    const server = http.createServer((request, reply) => reply.end(request.url)).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const reply = await fetch(`http://127.0.0.1:${server.address().port}/path`);
    console.log('http', reply.status, await reply.text());
    server.close();
    console.log('user', os.userInfo().username, os.homedir(), process.cwd());
    console.log('time', new Date(0).toISOString());
}
if (isMainThread) main();
else parentPort.postMessage('hello from a thread');
END
want=$(node script.js 2>&1)
t_run "$HUSK" node script.js
t_is "$status$err" 0 "the script runs"
t_is "$out" "$want" "and says what it says outside"
t_is "$(wc -l <<< "$want")" 8 "which is all of it"

npm=$(command -v npm)
if [[ $npm == /usr/* ]]; then
    echo '{ "name": "greeter", "version": "1.0.0", "main": "index.js" }' > greeter/package.json
    echo 'module.exports = (name) => `hello ${name}`' > greeter/index.js
    echo 'console.log(require("greeter")("npm"))' > test.js
    echo '{ "name": "app", "version": "1.0.0", "scripts": {
        "test": "node test.js" } }' > package.json
    quiet=(-e npm_config_update_notifier=false -e npm_config_audit=false -e npm_config_fund=false)
    t_run "$HUSK" "${quiet[@]}" npm install --offline ./greeter
    t_unlike "$status" '^0$' "npm cannot install by default"
    t_is "$(ls -A node_modules 2> /dev/null)" "" "and nothing is left"
    t_ok "npm installs a package from a folder" "$HUSK" -w . "${quiet[@]}" npm install --offline ./greeter
    t_ok "and runs a script" "$HUSK" -w . "${quiet[@]}" npm test
    t_like "$out" 'hello npm' "that uses it"
fi

t_done
