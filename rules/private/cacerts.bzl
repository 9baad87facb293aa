"""cacerts: the CA bundle of a ca-certificates package as a layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical")
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
        options = [("--mode", [ctx.attr.mode]), ("--extra-pem", ctx.files.extra)],
        files = ctx.files.extra,
        created_by = "cacerts",
    ))

cacerts = rule(
    implementation = _cacerts_impl,
    doc = _DOC,
    cfg = canonical,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "deb": attr.label(
            doc = "The ca-certificates package.",
            mandatory = True,
            allow_single_file = [".deb"],
        ),
        "extra": attr.label_list(
            doc = "PEM files whose certificates are added at the end of the bundle, in this order.",
            allow_files = [".pem", ".crt"],
        ),
        "mode": attr.string(
            doc = "Mode of the bundle, octal.",
            default = "0644",
        ),
    },
)
