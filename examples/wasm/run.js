// Runs a module, as any runtime with WASI would: run.js MODULE ARGUMENT...
'use strict';
const { readFileSync } = require('node:fs');
const { WASI } = require('node:wasi');

async function main([module, ...words]) {
  const wasi = new WASI({ version: 'preview1', args: [module, ...words] });
  const compiled = await WebAssembly.compile(readFileSync(module));
  process.exitCode = wasi.start(await WebAssembly.instantiate(compiled, wasi.getImportObject()));
}

main(process.argv.slice(2));
