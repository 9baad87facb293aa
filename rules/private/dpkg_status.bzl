"""dpkg_status: what dpkg knows of packages, as one layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:compression.bzl", "COMPRESSION_ATTRS")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """`/var/lib/dpkg/status` as a layer: packages in this order, all installed. For images in which dpkg or apt is run; scanners read
what each layer of a package has below `/var/lib/dpkg/status.d`.

```starlark
dpkg_status(
    name = "status",
    controls = ["@debian12//netbase:control"],
)
```"""

def _dpkg_status_impl(ctx):
    return layer_outputs(actions.derived_layer(
        ctx,
        command = "dpkg-status",
        debs = [],
        options = [("--control", ctx.files.controls)],
        files = ctx.files.controls,
        created_by = "dpkg status",
    ))

dpkg_status = rule(
    implementation = _dpkg_status_impl,
    doc = _DOC,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = COMPRESSION_ATTRS | {
        "controls": attr.label_list(
            doc = "The control archives of the packages.",
            mandatory = True,
            allow_files = [".tar", ".tar.gz", ".tar.xz", ".tar.zst"],
        ),
    },
)
