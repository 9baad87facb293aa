"""Asks a server of the company over TLS, as any program does: nothing but the image says whom to trust."""

import socket
import ssl
import threading


def greet(listening):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/tls/server.pem", "/tls/server.key")
    connection, _ = listening.accept()
    try:
        with context.wrap_socket(connection, server_side=True) as stream:
            stream.sendall(b"hello from the intranet")
    except ssl.SSLError:
        # The client tells it.
        pass


def main():
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=greet, args=[listening]).start()
    context = ssl.create_default_context()
    connection = socket.create_connection(listening.getsockname())
    try:
        with context.wrap_socket(connection, server_hostname="localhost") as stream:
            print("accepted:", stream.recv(1024).decode())
    except ssl.SSLCertVerificationError as error:
        print("refused:", error.verify_message)
    # The CAs of Debian are trusted as before.
    print("more than 100 CAs:", len(context.get_ca_certs()) > 100)


main()
