"""flatten: several layers and tar archives as one layer."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:inspect.bzl", "inspect_actions")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:compression.bzl", "COMPRESSION_ATTRS")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/layer:layer_parts.bzl", "part_of")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """Merges several layers and tar archives into one layer with the same effect.

The input is layers of any rule of distroless, and tar archives of other rules (such as `pkg_tar`), uncompressed or
compressed with gzip, zstd, xz or bzip2. The result is sorted by path, parent directories come first, and no path occurs
twice.

- A later entry replaces an earlier one with the same path. Hard links to one file stay hard links.
- An existing directory keeps its mode and owner, as in dpkg. An input that is not a package may change them, but not to
  0755 and root.
- The build fails for a directory that replaces a file or a link, or the reverse; for absolute names and names with
  `..`; for devices, extended attributes and whiteouts; and if two packages contain different files with the same path.

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
    """The parts that a target provides: one layer, or tar archives."""
    if LayerInfo in target:
        layer = part_of(target[LayerInfo])
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
        fail("cannot flatten `%s`: layers: expected at least one layer" % ctx.label)
    layer = layer_actions.merged_layer(ctx, parts, ctx.attr.created_by)
    layers = [part.layer for part in parts if part.layer]
    return layer_outputs(layer, [inspect_actions.image_check(ctx, layers, [], merged = True)] if layers else [])

flatten = rule(
    implementation = _flatten_impl,
    doc = _DOC,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = COMPRESSION_ATTRS | {
        "created_by": attr.string(doc = "Text for this layer in the history of the image. By default `merge:` and the texts of the merged layers."),
        "layers": attr.label_list(doc = "The layers and tar archives, lowest first.", mandatory = True, allow_files = _TARS),
    },
)
