"""dpkg_statusd: the package information that scanners read, for one package, as a layer."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:compression.bzl", "COMPRESSION_ATTRS")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """`/var/lib/dpkg/status.d/NAME` and `NAME.md5sums` as a layer.

The layer that `deb_layer` makes from a package already contains both files.

```starlark
dpkg_statusd(
    name = "netbase_status",
    control = "@debian12//netbase:control",
    package_name = "netbase",
)
```"""

def _dpkg_statusd_impl(ctx):
    return layer_outputs(layer_actions.derived_layer(
        ctx,
        command = "dpkg-statusd",
        debs = [],
        options = [("--control", [ctx.file.control]), ("--package", [ctx.attr.package_name])],
        files = [ctx.file.control],
        created_by = "dpkg status of " + ctx.attr.package_name,
    ))

dpkg_statusd = rule(
    implementation = _dpkg_statusd_impl,
    doc = _DOC,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = COMPRESSION_ATTRS | {
        "control": attr.label(
            doc = "The control archive of the package, such as `@debian12//netbase:control`.",
            mandatory = True,
            allow_single_file = [".tar", ".tar.gz", ".tar.xz", ".tar.zst"],
        ),
        "package_name": attr.string(doc = "The name of the package, which is the name of the files.", mandatory = True),
    },
)
