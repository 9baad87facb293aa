// Texts and names of files are UTF-8, and other languages are known, whatever the locale.
'use strict';
const assert = require('node:assert');
const { mkdtempSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const folder = mkdtempSync('/tmp/é-');
writeFileSync(join(folder, 'Főtanúsítvány 本.txt'), 'żółw');
const name = readdirSync(folder, { encoding: 'buffer' })[0];
assert.deepStrictEqual(name, Buffer.from('Főtanúsítvány 本.txt', 'utf8'));
assert.strictEqual(readFileSync(join(folder, name.toString()), 'utf8'), 'żółw');
assert.strictEqual(new Intl.NumberFormat('de-DE').format(1234.5), '1.234,5');
assert.strictEqual(['ö', 'z', 'o'].sort(new Intl.Collator('sv').compare).join(''), 'ozö');
assert.match(new Date(0).toLocaleString('en', { timeZone: 'Asia/Tokyo', timeStyle: 'short', hour12: false }), /^0?9:00$/);
console.log(folder.startsWith('/tmp/é-') ? 'é 本' : '');
