"""locale: one locale of a Debian package as a layer."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:locked_file.bzl", "lock_of")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/deb:package_of.bzl", "PACKAGE_ATTR", "package_of")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """One locale of the package libc-bin as a layer, for images without libc-bin: `/usr/lib/locale/CHARSET`.

```starlark
locale(name = "locale", package = "@debian12//libc-bin:data")
```

The layer also contains the copyright file of the package, and its files below `/var/lib/dpkg/status.d`. `md5sums` lists
only the files that the layer contains."""

def _locale_impl(ctx):
    return layer_outputs(layer_actions.deb_layer(
        ctx,
        deb = package_of(ctx),
        created_by = "" if ctx.attr.registered else "locale " + ctx.attr.charset,
        include = ["usr/lib/locale/" + ctx.attr.charset, "usr/share/doc/libc-bin/copyright"],
        mtime = ctx.attr.mtime if ctx.attr.mtime >= 0 else None,
        registered = ctx.attr.registered,
        lock = lock_of(ctx.attr.package),
    ))

locale = rule(
    implementation = _locale_impl,
    doc = _DOC,
    cfg = canonical_mode,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "charset": attr.string(doc = "The directory below `/usr/lib/locale`. Debian 11 has `C.UTF-8`.", default = "C.utf8"),
        "mtime": attr.int(doc = "Modification time of every entry, in seconds since 1970-01-01 UTC. By default the times of the package.", default = -1),
        "package": PACKAGE_ATTR,
        "registered": attr.bool(doc = "Whether the layer contains the files below `/var/lib/dpkg/status.d`, by which scanners find the package.", default = True),
    },
)
