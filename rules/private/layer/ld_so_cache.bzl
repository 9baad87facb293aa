"""ld_so_cache: the cache of the dynamic loader, as a layer."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode_but_layering")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/image:attribute_targets.bzl", "layers_of")
load("//rules/private/image:base.bzl", "BASE_ATTRS", "architecture_of", "base_image")
load("//rules/private/image:layering.bzl", "LAYERING_ATTRS", "layering_of")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/layer:layer_parts.bzl", "layer_parts", "libraries_of", "part_of")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """The cache of the dynamic loader as a layer: `/etc/ld.so.cache`.

The file is the same as `ldconfig` of the image would write
([ldconfig(8)](https://man7.org/linux/man-pages/man8/ldconfig.8.html)). It lists the libraries in the packages of `base`
and `layers`. One of the packages must be `libc-bin`, because the cache contains its version. Set the same `base` and
`layers` as for the image, and add this layer on top.

```starlark
ld_so_cache(name = "cache", base = "//cc:debian13", layers = [":python"])
```"""

def _ld_so_cache_impl(ctx):
    architecture = architecture_of(ctx)
    base = base_image(ctx, architecture)
    below = (base.layers if base else []) + layers_of(ctx, "layers", ctx.attr.layers)
    layers = [layer for layer in layer_parts(below) if layer.whole]

    # The same action must make the layer and the libraries of a package, otherwise each package is read twice.
    if layering_of(ctx).kind != "package":
        layers = [part_of(layer) for layer in layers]
    packages = libraries_of(layers)
    if not packages:
        fail("cannot write `%s`: there is no package in `base` or `layers`, so there are no libraries\nhint: set `base` and `layers` as for the image" % ctx.label)
    return layer_outputs(layer_actions.loader_cache(ctx, packages, architecture))

ld_so_cache = rule(
    implementation = _ld_so_cache_impl,
    doc = _DOC,
    cfg = canonical_mode_but_layering,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | BASE_ATTRS | LAYERING_ATTRS | {
        "architecture": attr.string(doc = "OCI architecture name, such as `arm64`. By default the architecture of a single-platform base, otherwise of the target platform."),
        "layers": attr.label_list(
            doc = "Layers on top of the base, lowest first.",
            allow_files = True,
        ),
    },
)
