"""ca_folder: the certificates of a ca-certificates package as a folder that OpenSSL looks things up in."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:certificates.bzl", "CERTIFICATES_ATTRS", "certificates_options")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """The certificates of a ca-certificates package as a folder that OpenSSL looks them up in: `/etc/ssl/certs`.

A file for each certificate, named as update-ca-certificates(8) names it, and the links `HASH.N` that `openssl rehash` makes
to them (openssl-rehash(1)): what `SSL_CERT_DIR`, `openssl verify -CApath` and programs ask for that read no bundle. No image
here has it; it belongs beside the bundle, which `cacerts` makes. Each file in `extra` must hold one certificate.

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
    return layer_outputs(actions.derived_layer(
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
