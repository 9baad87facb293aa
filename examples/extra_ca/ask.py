"""Asks a server of the company over TLS, as any program does: nothing but the image says whom to trust."""

import os
import ssl
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello from the intranet")

    def log_message(self, *_):
        pass


def server():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/tls/server.pem", "/tls/server.key")
    listening = HTTPServer(("127.0.0.1", 0), Handler)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    return listening.server_port


def main():
    try:
        with urllib.request.urlopen(f"https://localhost:{server()}/") as response:
            print("accepted:", response.read().decode())
    except urllib.error.URLError as error:
        print("refused:", error.reason.verify_message)
    # The CAs of Debian are trusted as before.
    print("more than 100 CAs:", len(ssl.create_default_context().get_ca_certs()) > 100)
    os._exit(0)


main()
