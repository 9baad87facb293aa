"""image_index: images of several platforms under one digest."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:image_outputs.bzl", "image_outputs")
load("//rules/private:stamp.bzl", "STAMP_ATTRS")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

_DOC = """Images of several platforms under one digest.

Building it gives an OCI image layout folder whose `index.json` names one image index. `NAME.report` has the reports of all images.

```starlark
image_index(name = "server", images = [":server_amd64", ":server_arm64"])
```"""

def _image_index_impl(ctx):
    images = []
    seen = {}
    for target in ctx.attr.images:
        image = target[ImageInfo]
        platform = (image.os, image.architecture, image.variant)
        if platform in seen:
            fail("cannot build `%s`: images: `%s` and `%s` are both for %s/%s" % (
                ctx.label,
                seen[platform],
                target.label,
                image.os,
                image.architecture,
            ))
        seen[platform] = target.label
        images.append(image)
    if not images:
        fail("cannot build `%s`: images: an index needs at least one image" % ctx.label)
    name = ctx.label.name
    info = ImageIndexInfo(
        descriptor = ctx.actions.declare_file(name + ".descriptor.json"),
        digest = ctx.actions.declare_file(name + ".digest"),
        images = images,
        index = ctx.actions.declare_file(name + ".index.json"),
    )
    actions.image_index(ctx, info, images, ["%s=%s" % pair for pair in ctx.attr.annotations.items()])
    actions.image_reports(ctx, images, ctx.outputs.report)
    return image_outputs(ctx, info, images)

image_index = rule(
    implementation = _image_index_impl,
    doc = _DOC,
    outputs = {"report": "%{name}.report"},
    provides = [ImageIndexInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "annotations": attr.string_dict(doc = "Annotations of the index."),
        "images": attr.label_list(doc = "The images, each of another platform, in the order of the index.", mandatory = True, providers = [ImageInfo]),
    } | STAMP_ATTRS,
)
