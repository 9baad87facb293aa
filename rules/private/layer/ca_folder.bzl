"""ca_folder: the certificates of a ca-certificates package as a directory that OpenSSL searches."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:certificates.bzl", "CERTIFICATES_ATTRS", "certificates_options")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

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

def _ca_folder_impl(ctx):
    return layer_outputs(layer_actions.derived_layer(
        ctx,
        command = "ca-folder",
        debs = [ctx.file.deb],
        options = certificates_options(ctx),
        files = ctx.files.extra,
        created_by = "ca folder",
    ))

ca_folder = rule(
    implementation = _ca_folder_impl,
    doc = _DOC,
    cfg = canonical_mode,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | CERTIFICATES_ATTRS,
)
