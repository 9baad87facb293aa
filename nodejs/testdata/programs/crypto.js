// Digests, keys, signatures, encryption and random numbers; and every certificate of the image is one that node can read.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const { readFileSync } = require('node:fs');

const digest = crypto.createHash('sha256').update('abc').digest('hex');
assert.strictEqual(digest, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');

for (const [type, options, hash] of [['ed25519', {}, null], ['ec', { namedCurve: 'P-256' }, 'sha256'], ['rsa', { modulusLength: 2048 }, 'sha512']]) {
  const { privateKey, publicKey } = crypto.generateKeyPairSync(type, options);
  const signature = crypto.sign(hash, Buffer.from('said'), privateKey);
  assert(crypto.verify(hash, Buffer.from('said'), publicKey, signature), type);
  assert(!crypto.verify(hash, Buffer.from('not said'), publicKey, signature), type);
}

const [key, nonce] = [crypto.randomBytes(32), crypto.randomBytes(12)];
assert.notDeepStrictEqual(key, crypto.randomBytes(32));
const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce);
const hidden = Buffer.concat([cipher.update('secret'), cipher.final()]);
const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(cipher.getAuthTag());
assert.strictEqual(decipher.update(hidden, null, 'utf8') + decipher.final('utf8'), 'secret');

const bundle = readFileSync(process.env.SSL_CERT_FILE, 'utf8').match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g);
assert(bundle.length > 100);
for (const pem of bundle) assert(new crypto.X509Certificate(pem).ca);
console.log('signed, sealed, delivered');
