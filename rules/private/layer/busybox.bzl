"""busybox: a static BusyBox below /busybox as a layer."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:locked_file.bzl", "lock_of")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """A static BusyBox as a layer: `/busybox/busybox`, and one link in `/busybox` for each applet of the binary.

The layer also contains the copyright file of the package and its files below `/var/lib/dpkg/status.d`. Debian's binary
has fewer applets than the image `busybox` of Docker Hub: docs/guides/debugging.md.

```starlark
busybox(name = "busybox", deb = "@debian13//busybox-static:deb")
```"""

def _busybox_impl(ctx):
    return layer_outputs(layer_actions.derived_layer(
        ctx,
        command = "busybox",
        debs = [ctx.file.deb],
        options = [],
        files = [],
        created_by = "busybox",
        lock = lock_of(ctx.attr.deb),
    ))

busybox = rule(
    implementation = _busybox_impl,
    doc = _DOC,
    cfg = canonical_mode,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "deb": attr.label(
            doc = "The Debian package busybox-static, such as `@debian13//busybox-static:deb`.",
            mandatory = True,
            allow_single_file = [".deb"],
        ),
    },
)
