// A server whose certificate nobody vouches for: a client refuses it, unless it is told of the certificate.
'use strict';
const assert = require('node:assert');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const https = require('node:https');

const read = (name) => readFileSync(join(__dirname, name));
const cert = read('server.pem');
const server = https.createServer({ cert, key: read('server.key') }, (_, response) => response.end('hello é'));

const get = (options) => new Promise((resolve, reject) => {
  https.get({ host: '127.0.0.1', port: server.address().port, agent: false, ...options }, (response) => {
    assert.strictEqual(response.socket.getProtocol(), 'TLSv1.3');
    response.setEncoding('utf8').on('data', resolve);
  }).on('error', reject);
});

server.listen(0, '127.0.0.1', async () => {
  await assert.rejects(get({}), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  assert.strictEqual(await get({ ca: cert }), 'hello é');
  server.close();
  console.log('refused, then trusted');
});
