"""A handshake within this process: `refused` or `accepted`, as the argument wants the server's certificate to be.

The client is as programs have it: the default context, which trusts what the image says, and a host name to check.
"""

import ssl
import sys


def handshake():
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain("/tls/server.pem", "/tls/server.key")
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    client = ssl.create_default_context().wrap_bio(to_client, to_server, server_hostname="localhost")
    waiting = [client, server]
    while waiting:
        side = waiting.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            waiting.append(side)
    client.write(b"hello")
    return client.version(), server.read(5)


try:
    version, heard = handshake()
    found = "accepted" if version >= "TLSv1.2" and heard == b"hello" else "garbled"
except ssl.SSLCertVerificationError as error:
    found = "refused"
    if "unable to get local issuer certificate" not in error.verify_message:
        sys.exit("refused, but: %s" % error)

trusted = len(ssl.create_default_context().get_ca_certs())
print(found, "more than 100 are trusted" if trusted > 100 else "%d are trusted" % trusted)
sys.exit(found != sys.argv[1])
