"""locale: one locale of a Debian package as a layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:package_of.bzl", "PACKAGE_ATTR", "package_of")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """One locale of libc-bin as a layer, `/usr/lib/locale/CHARSET`, and the copyright file. For images without libc-bin itself.

```starlark
locale(name = "locale", package = "@debian12//libc-bin:data")
```

It is registered below `var/lib/dpkg/status.d`, with `md5sums` cut down to what is shipped."""

def _locale_impl(ctx):
    return layer_outputs(actions.deb_layer(
        ctx,
        deb = package_of(ctx),
        created_by = "" if ctx.attr.registered else "locale " + ctx.attr.charset,
        include = ["usr/lib/locale/" + ctx.attr.charset, "usr/share/doc/libc-bin/copyright"],
        mtime = ctx.attr.mtime if ctx.attr.mtime >= 0 else None,
        registered = ctx.attr.registered,
    ))

locale = rule(
    implementation = _locale_impl,
    doc = _DOC,
    cfg = canonical_mode,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "charset": attr.string(doc = "The folder below `/usr/lib/locale`; Debian 11 has `C.UTF-8`.", default = "C.utf8"),
        "mtime": attr.int(doc = "Modification time of every entry, seconds since 1970-01-01 UTC; by default those of the package.", default = -1),
        "package": PACKAGE_ATTR,
        "registered": attr.bool(doc = "Whether scanners are told of the package.", default = True),
    },
)
