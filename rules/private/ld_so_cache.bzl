"""ld_so_cache: the loader's cache of an image as a layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical")
load("//rules/private:debs_aspect.bzl", "debs_aspect")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:debs_info.bzl", "DebsInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """The loader's cache of an image as a layer: `/etc/ld.so.cache`, as the image's own `ldconfig` writes it (ldconfig(8)).

It covers the libraries in the packages of `base` and of `layers`. One of them must be `libc-bin`, whose version is in the
cache.

```starlark
ld_so_cache(name = "cache", base = "//cc:debian13_amd64", layers = [":python"])
```"""

def _ld_so_cache_impl(ctx):
    below = [ctx.attr.base] + ctx.attr.layers
    return layer_outputs(actions.derived_layer(
        ctx,
        command = "ld-so-cache",
        debs = depset(transitive = [target[DebsInfo].debs for target in below], order = "postorder"),
        options = [("--architecture", [ctx.attr.base[ImageInfo].architecture])],
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
            aspects = [debs_aspect],
            mandatory = True,
            providers = [ImageInfo],
        ),
        "layers": attr.label_list(
            doc = "Layers on it.",
            aspects = [debs_aspect],
            providers = [LayerInfo],
        ),
    },
)
