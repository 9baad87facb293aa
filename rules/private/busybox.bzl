"""busybox: a static BusyBox below /busybox as a layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """A static BusyBox as a layer: `/busybox/busybox`, one link for each applet that the binary lists, and the package's copyright and record.

Debian's binary has fewer applets than the one of the image `busybox`: docs/guides/debugging.md.

```starlark
busybox(name = "busybox", deb = "@debian13//busybox-static:deb")
```"""

def _busybox_impl(ctx):
    return layer_outputs(actions.derived_layer(
        ctx,
        command = "busybox",
        debs = [ctx.file.deb],
        options = [],
        files = [],
        created_by = "busybox",
    ))

busybox = rule(
    implementation = _busybox_impl,
    doc = _DOC,
    cfg = canonical_mode,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "deb": attr.label(
            doc = "The busybox-static package.",
            mandatory = True,
            allow_single_file = [".deb"],
        ),
    },
)
