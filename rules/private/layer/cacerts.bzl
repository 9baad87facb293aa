"""cacerts: the CA bundle of a ca-certificates package as a layer."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:certificates.bzl", "CERTIFICATES_ATTRS", "certificates_options")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """The CA bundle of a ca-certificates package as a layer: `/etc/ssl/certs/ca-certificates.crt`.

The bundle contains every certificate below `/usr/share/ca-certificates` of the package, sorted by the bytes of their
names, followed by those of `extra`. The layer also contains the copyright file of the package, and its files below
`/var/lib/dpkg/status.d`, so that scanners find the package. `md5sums` lists only the files that the layer contains.

```starlark
cacerts(name = "cacerts", deb = "@debian12//ca-certificates:deb")
```"""

def _cacerts_impl(ctx):
    return layer_outputs(layer_actions.derived_layer(
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
