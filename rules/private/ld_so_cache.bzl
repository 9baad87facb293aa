"""ld_so_cache: the loader's cache of an image as a layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:layer_parts.bzl", "layer_parts")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:image_info.bzl", "ImageInfo")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """The loader's cache of an image as a layer: `/etc/ld.so.cache`, as the image's own `ldconfig` writes it (ldconfig(8)).

It covers the libraries in the packages of `base` and of `layers`. One of them must be `libc-bin`, whose version is in the
cache.

```starlark
ld_so_cache(name = "cache", base = "//cc:debian13_amd64", layers = [":python"])
```"""

def _ld_so_cache_impl(ctx):
    base = ctx.attr.base[ImageInfo]
    below = base.layers + [target[LayerInfo] for target in ctx.attr.layers]
    debs = {deb.path: deb for layer in layer_parts(below) if layer.whole for deb in layer.debs}
    return layer_outputs(actions.derived_layer(
        ctx,
        command = "ld-so-cache",
        debs = debs.values(),
        options = [("--architecture", [base.architecture])],
        files = [],
        created_by = "ldconfig",
    ))

ld_so_cache = rule(
    implementation = _ld_so_cache_impl,
    doc = _DOC,
    cfg = canonical,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "base": attr.label(
            doc = "The image below, of one architecture.",
            mandatory = True,
            providers = [ImageInfo],
        ),
        "layers": attr.label_list(
            doc = "Layers on it.",
            providers = [LayerInfo],
        ),
    },
)
