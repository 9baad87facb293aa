// What the official archive has besides is not here: npm, npx, corepack, headers, libraries; nor is a shell.
'use strict';
const assert = require('node:assert');
const { execSync } = require('node:child_process');
const { readdirSync, readFileSync, statSync } = require('node:fs');

assert.deepStrictEqual(readdirSync('/nodejs').sort(), ['LICENSE', 'bin']);
assert.deepStrictEqual(readdirSync('/nodejs/bin'), ['node']);
for (const name of ['/nodejs/LICENSE', '/nodejs/bin/node']) {
  const { gid, mode, uid } = statSync(name);
  assert.deepStrictEqual([gid, mode & 0o7777, uid], [0, 0o555, 0], name);
}
assert.match(readFileSync('/nodejs/LICENSE', 'utf8'), /^Node\.js is licensed for use as follows:/);
assert.throws(() => execSync('true', { stdio: 'ignore' }), { code: 'ENOENT' });
console.log('node and its licence');
