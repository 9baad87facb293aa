"""A server that says at /healthz how it is: well, until somebody asks for /break."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    well = True

    def do_GET(self):
        if self.path == "/break":
            Handler.well = False
        self.send_response(200 if Handler.well or self.path != "/healthz" else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", 8080), Handler).serve_forever()
