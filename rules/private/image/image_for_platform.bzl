"""image_for_platform: the image of an index that matches the target platform."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/image:attribute_targets.bzl", "images_of")
load("//rules/private/image:image_outputs.bzl", "OUTPUT_ATTRS", "image_outputs")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

_DOC = """The image that a select() over platforms chooses, as one target: a base for rules with a platform transition.

```starlark
image_for_platform(
    name = "server_image",
    image = select({
        "@distroless//rules/platforms:amd64": ":server_amd64",
        "@distroless//rules/platforms:arm64": ":server_arm64",
    }),
)
```"""

def _image_for_platform_impl(ctx):
    info = images_of(ctx, "image", [ctx.attr.image])[0]
    return image_outputs(ctx, info, [info])

image_for_platform = rule(
    implementation = _image_for_platform_impl,
    doc = _DOC,
    provides = [ImageInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "image": attr.label(doc = "The image, usually a select().", mandatory = True, allow_files = True),
    } | OUTPUT_ATTRS,
)
