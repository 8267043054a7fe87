#!/usr/bin/env bash
# Node works under the policies `default' and `build': worker threads with shared memory, child processes of
# each kind, a cluster, http on the loopback, files and watching them, WebAssembly.
# shellcheck disable=SC2016 # what is in single quotes is JavaScript
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need node

cat > script.js << 'END'
const assert = require('assert'), cluster = require('cluster'), fs = require('fs'), http = require('http');
const { execFileSync, fork, spawn } = require('child_process'), { once } = require('events'), net = require('net');
const { Worker, isMainThread, workerData, parentPort } = require('worker_threads');
const crypto = require('crypto'), dgram = require('dgram'), dns = require('dns'), os = require('os'), path = require('path'), zlib = require('zlib');
const { pipeline } = require('stream/promises');

async function main() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'x'));
    const shared = new Int32Array(new SharedArrayBuffer(4));
    await Promise.all([1, 2, 3, 4].map((n) => once(new Worker(__filename, { workerData: { shared, n } }), 'exit')));
    console.log('threads', shared[0]);

    console.log('exec', execFileSync('tr', ['a-z', 'A-Z'], { input: 'text' }).toString());
    const child = spawn('sh', ['-c', 'kill -TERM $$']);
    console.log('signal', (await once(child, 'exit'))[1]);
    const forked = fork(__filename, ['forked']), gone = once(forked, 'exit');
    forked.send({ n: 6 });
    console.log('fork', (await once(forked, 'message'))[0].n);
    await gone;

    cluster.setupPrimary({ exec: __filename, args: ['clustered'] });
    const workers = [cluster.fork(), cluster.fork()];
    const ports = await Promise.all(workers.map((w) => once(w, 'listening').then((a) => a[0].port)));
    console.log('cluster', await get(ports[0]), ports[0] === ports[1]);
    workers.forEach((w) => w.kill());
    await Promise.all(workers.map((w) => w.isDead() || once(w, 'exit')));

    const server = http.createServer((request, reply) => request.pipe(zlib.createGzip()).pipe(reply)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const request = http.request({ port: server.address().port, host: '127.0.0.1', method: 'POST' });
    request.end('x'.repeat(100000));
    const [reply] = await once(request, 'response');
    await pipeline(reply, zlib.createGunzip(), fs.createWriteStream(path.join(folder, 'out')));
    console.log('http', fs.statSync(path.join(folder, 'out')).size);
    server.close();

    const unix = net.createServer((s) => s.end('over a socket')).listen(path.join(folder, 'socket'));
    await once(unix, 'listening');
    console.log('unix', (await once(net.connect(path.join(folder, 'socket')), 'data')).toString());
    unix.close();
    const udp = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    udp.send('datagram', udp.address().port, '127.0.0.1');
    console.log('udp', (await once(udp, 'message'))[0].toString());
    udp.close();

    const watcher = fs.watch(folder), seen = once(watcher, 'change');
    fs.writeFileSync(path.join(folder, 'new'), 'x');
    console.log('watch', (await seen)[1]);
    watcher.close();
    fs.copyFileSync(path.join(folder, 'new'), path.join(folder, 'copy'));
    await fs.promises.rm(folder, { recursive: true });

    console.log('hash', await new Promise((done) => crypto.pbkdf2('a', 'b', 1000, 8, 'sha256', (e, k) => done(k.toString('hex')))));
    console.log('dns', (await dns.promises.lookup('localhost')).address.length > 2, os.cpus().length > 0);
    const wasm = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11]);
    console.log('wasm', (await WebAssembly.instantiate(wasm)).instance.exports.f());
    let keep = [];
    for (let i = 0; i < 2e5; i++) keep[i % 1000] = { i, a: [i] };
    console.log('time', new Date(0).toISOString(), typeof process.memoryUsage().rss);
    console.log('done');
}
const get = (port) => new Promise((done) => http.get({ port, host: '127.0.0.1' }, (r) => r.once('data', (d) => done(d.toString()))));

if (!isMainThread) {
    Atomics.add(workerData.shared, 0, workerData.n);
} else if (process.argv[2] === 'forked') {
    process.once('message', (m) => { process.send({ n: m.n * 7 }); process.disconnect(); });
} else if (process.argv[2] === 'clustered') {
    http.createServer((request, reply) => reply.end('from a worker')).listen(0, '127.0.0.1');
} else {
    main().catch((e) => { console.error(e); process.exit(1); });
}
END
t_real_same "node" node script.js

t_done
