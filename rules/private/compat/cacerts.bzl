"""cacerts, with the attributes of rules_distroless."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:locked_file.bzl", "lock_of")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/compat:modes.bzl", "MODES")
load("//rules/private/compat:times.bzl", "octal", "seconds")
load("//rules/private/deb:package_of.bzl", "PACKAGE_ATTR", "package_of")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """The CA bundle of a ca-certificates package as a layer: `/etc/ssl/certs/ca-certificates.crt`.

The layer also contains the copyright file of the package. Scanners do not find the package: use `cacerts` of
`@distroless//rules:layer.bzl` for that."""

def _compat_cacerts_impl(ctx):
    deb = package_of(ctx)
    return layer_outputs(layer_actions.derived_layer(
        ctx,
        command = "cacerts",
        debs = [deb],
        options = [
            ("--mode", [octal(ctx.label, ctx.attr.mode)]),
            ("--mtime", [str(seconds(ctx.label, ctx.attr.time))]),
        ],
        files = [],
        lock = lock_of(ctx.attr.package),
        created_by = "cacerts",
        switches = ["--unregistered"],
    ))

def _cacerts_rule(mode):
    return rule(
        implementation = _compat_cacerts_impl,
        doc = _DOC,
        cfg = canonical_mode,
        provides = [LayerInfo],
        toolchains = [TOOLCHAIN_TYPE],
        attrs = CANONICAL_ATTRS | {
            "mode": attr.string(doc = "Mode of both files, octal.", default = mode),
            "package": PACKAGE_ATTR,
            "time": attr.string(doc = "Modification time of every entry, in seconds since 1970.", default = "0.0"),
        },
    )

compat_cacerts = _cacerts_rule(MODES.v0_8)
compat_cacerts_0_9 = _cacerts_rule(MODES.v0_9)
