// Starts the server as the image does, asks it over the loopback device, and stops it.
'use strict';
const { spawn } = require('node:child_process');
const { once } = require('node:events');

async function main() {
  const server = spawn(process.execPath, process.argv.slice(2), { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(server.stdout, 'data');
  process.stdout.write(said);
  for (const path of ['/health', '/hello/w%C3%B6rld', '/nowhere']) {
    const response = await fetch(`http://127.0.0.1:8080${path}`);
    process.stdout.write(`${response.status} ${await response.text()}`);
  }
  server.kill('SIGTERM');
  const [code] = await once(server, 'exit');
  console.log(`ended with ${code}`);
}

main();
