"""deb_layer: one Debian package as one layer."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical", "canonical_mode")
load("//rules/private:locked_file.bzl", "lock_of")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """One Debian package as one layer: its files, and its `control` and `md5sums` below `/var/lib/dpkg/status.d`.

The layer contains the files that `dpkg-deb --extract` unpacks, in the order of the package, with the owners, modes and
times of the package (Debian Policy, [chapter 3](https://www.debian.org/doc/debian-policy/ch-binary.html) and [appendix
B](https://www.debian.org/doc/debian-policy/ap-pkg-binarypkg.html)). No maintainer script runs. The checks of
`architecture`, `package`, `version` and `sha256` run only if these attributes are set.

```starlark
deb_layer(name = "netbase", deb = "netbase_6.4_all.deb")
```"""

def _deb_layer_impl(ctx):
    return layer_outputs(layer_actions.deb_layer(
        ctx,
        deb = ctx.file.deb,
        sha256 = ctx.attr.sha256,
        package = ctx.attr.package,
        version = ctx.attr.version,
        architecture = ctx.attr.architecture,
        include = ctx.attr.include,
        merged_usr = ctx.attr.merged_usr,
        origin = ctx.attr.origin,
        size = ctx.attr.size,
        lock = lock_of(ctx.attr.deb),
    ))

_RULE = dict(
    implementation = _deb_layer_impl,
    doc = _DOC,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "architecture": attr.string(doc = "Expected Debian architecture name, such as `armhf`, or `all`. The build fails if the package has another one."),
        "deb": attr.label(doc = "The Debian package, a `.deb` file.", mandatory = True, allow_single_file = [".deb"]),
        "include": attr.string_list(doc = "Paths to keep, without a leading slash, such as `usr/share/doc/netbase/copyright`. A directory is kept with all files below it. `md5sums` lists only the kept files. By default all files are kept."),
        "merged_usr": attr.bool(doc = "Whether the distro has `/bin`, `/lib` and similar directories as links into `/usr`, as Debian 13 does. If true, files below these directories are moved below `/usr`, as dpkg does."),
        "origin": attr.string(doc = "Name of the source package. Layers of the same origin change together; `@distroless//rules/settings:layering` uses this to merge layers. By default the name of the package."),
        "package": attr.string(doc = "Expected name of the package. The build fails if the package has another one."),
        "sha256": attr.string(doc = "Expected SHA-256 of the file, 64 hexadecimal digits."),
        "size": attr.int(doc = "Size of the package in bytes, an estimate for merging layers."),
        "version": attr.string(doc = "Expected version of the package. The build fails if the package has another one."),
    },
)

deb_layer = rule(cfg = canonical_mode, **_RULE)

# For repositories of one package: builds the same layer for every target platform.
locked_deb_layer = rule(cfg = canonical, **_RULE)
