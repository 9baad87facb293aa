// A small web server in the manner of express: routes by method and path, answers in JSON.
'use strict';
const http = require('node:http');

const routes = [];

/** Registers a handler; `:name` in the path matches one part of it. */
function route(method, path, handler) {
  const names = [];
  const pattern = path.replace(/:(\w+)/g, (_, name) => {
    names.push(name);
    return '([^/]+)';
  });
  routes.push({ method, pattern: new RegExp(`^${pattern}$`), names, handler });
}

function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  for (const { method, pattern, names, handler } of routes) {
    const found = method === request.method && pattern.exec(pathname);
    if (found) {
      const parameters = Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1])]));
      return send(response, 200, handler(parameters));
    }
  }
  return send(response, 404, { error: `no route for ${request.method} ${pathname}` });
}

function send(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

route('GET', '/health', () => ({ ok: true }));
route('GET', '/hello/:name', ({ name }) => ({ hello: name }));

const server = http.createServer(answer).listen(Number(process.env.PORT ?? 8080), () => {
  console.log(`listening on ${server.address().port}`);
});

// Without a handler, the first process of a container ignores this.
process.on('SIGTERM', () => server.close());
