"""dpkg_status: the status file of dpkg for several packages, as a layer."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:compression.bzl", "COMPRESSION_ATTRS")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """`/var/lib/dpkg/status` as a layer: packages in the given order, all with the status `install ok installed`.

Images in which dpkg or apt runs need this file. Scanners do not: they read the files below `/var/lib/dpkg/status.d`,
which the layer of each package contains.

```starlark
dpkg_status(
    name = "status",
    controls = ["@debian12//netbase:control"],
)
```"""

def _dpkg_status_impl(ctx):
    return layer_outputs(layer_actions.derived_layer(
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
            doc = "The control archives of the packages, such as `@debian12//netbase:control`, in the order of the file.",
            mandatory = True,
            allow_files = [".tar", ".tar.gz", ".tar.xz", ".tar.zst"],
        ),
    },
)
