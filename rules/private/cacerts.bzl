"""cacerts: the CA bundle of a ca-certificates package as a layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:certificates.bzl", "CERTIFICATES_ATTRS", "certificates_options")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """The CA bundle of a ca-certificates package as a layer: `/etc/ssl/certs/ca-certificates.crt`.

It holds every certificate below `/usr/share/ca-certificates` of the package, in byte order of their names. The package's
copyright file comes along, and it is registered below `var/lib/dpkg/status.d`, with `md5sums` cut down to what is shipped.

```starlark
cacerts(name = "cacerts", deb = "@debian12//ca-certificates:deb")
```"""

def _cacerts_impl(ctx):
    return layer_outputs(actions.derived_layer(
        ctx,
        command = "cacerts",
        debs = [ctx.file.deb],
        options = certificates_options(ctx),
        files = ctx.files.extra,
        created_by = "cacerts",
    ))

cacerts = rule(
    implementation = _cacerts_impl,
    doc = _DOC,
    cfg = canonical_mode,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | CERTIFICATES_ATTRS,
)
