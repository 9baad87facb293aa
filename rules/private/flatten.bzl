"""flatten: several layers and tars as one layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:compression.bzl", "COMPRESSION_ATTRS")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """Several layers, lowest first, as the one layer that has the effect of all.

Layers are those of any rule here; other rules' tars (`pkg_tar`) are taken too, plain or in gzip, zstd, xz or bzip2. The result is
as strict as every layer here: sorted by path, parents first, no path twice. What comes later replaces what came before, and
names of one file stay that. A directory that is there keeps its mode and owner, as dpkg leaves it; a layer that is no package changes
them where it says other ones than 0755 and root. An error are: a directory in the place of a file or a link, or the reverse; names that are absolute or
hold `..`; devices, extended attributes and whiteouts; two packages with different files of one name.

```starlark
flatten(
    name = "packages",
    layers = [
        "@debian12//curl:data",
        "@debian12//libcurl4:data",
        ":app_tar",
    ],
)
```"""

# The usual file name extensions of tars. The compression is detected from the content.
_TARS = [".tar", ".tar.bz2", ".tar.gz", ".tar.xz", ".tar.zst", ".tgz", ".txz", ".tzst"]

def _parts(target):
    """What a target gives: one layer, or files that are tars."""
    if LayerInfo in target:
        layer = target[LayerInfo]
        return [struct(file = layer.blob, layer = layer, name = str(target.label))]
    files = target[DefaultInfo].files.to_list()
    return [
        struct(
            file = file,
            layer = None,
            name = str(target.label) if len(files) == 1 else file.short_path,
        )
        for file in files
    ]

def _flatten_impl(ctx):
    parts = [part for target in ctx.attr.layers for part in _parts(target)]
    if not parts:
        fail("cannot flatten `%s`: layers: there is no layer among them" % ctx.label)
    layer = actions.merged_layer(ctx, parts, ctx.attr.created_by)
    layers = [part.layer for part in parts if part.layer]
    return layer_outputs(layer, [actions.image_check(ctx, layers, [], merged = True)] if layers else [])

flatten = rule(
    implementation = _flatten_impl,
    doc = _DOC,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = COMPRESSION_ATTRS | {
        "created_by": attr.string(doc = "What the image's history says of this layer; by default `merge:` and what it says of each that went in."),
        "layers": attr.label_list(doc = "The layers and tars, lowest first.", mandatory = True, allow_files = _TARS),
    },
)
