"""ca_folder: the certificates of a ca-certificates package as a directory that OpenSSL searches."""

load("//rules/private/layer:certificates.bzl", "certificates_rule")

_DOC = """The certificates of a ca-certificates package as a directory that OpenSSL searches: `/etc/ssl/certs`.

The layer contains one file for each certificate, with the name that update-ca-certificates(8) gives it, and the links
`HASH.N` to these files, as [openssl-rehash(1)](https://docs.openssl.org/3.0/man1/openssl-rehash/) makes them.
`SSL_CERT_DIR`, `openssl verify -CApath` and programs that do not read a bundle use this directory. The images of
distroless do not contain it. Use it in addition to the bundle, which `cacerts` makes. Each file in `extra` must contain
exactly one certificate.

```starlark
ca_folder(
    name = "ca_folder",
    deb = "@debian12//ca-certificates:deb",
    extra = ["company.pem"],
)

image(
    name = "server",
    base = "//base:debian12",
    env = {"SSL_CERT_DIR": "/etc/ssl/certs"},
    layers = [":ca_folder", ":app"],
)
```"""

ca_folder = certificates_rule(
    command = "ca-directory",
    created_by = "ca folder",
    doc = _DOC,
)
