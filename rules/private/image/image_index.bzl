"""image_index: images for several platforms under one digest."""

load("//rules/private:canonical.bzl", "TRANSITION_ATTRS")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:evidence.bzl", "evidence_actions")
load("//rules/private/actions:image.bzl", "image_actions")
load("//rules/private/actions:inspect.bzl", "inspect_actions")
load("//rules/private/image:attribute_targets.bzl", "images_of")
load("//rules/private/image:base.bzl", "platform_of")
load("//rules/private/image:image_outputs.bzl", "OUTPUT_ATTRS", "image_outputs", "local_name")
load("//rules/private/image:key_values.bzl", "key_values")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")

_DOC = """Images for several platforms under one digest, as an
[OCI image index](https://github.com/opencontainers/image-spec/blob/main/image-index.md).

The default output is a directory in [OCI image
layout](https://github.com/opencontainers/image-spec/blob/main/image-layout.md) format whose `index.json` names one
image index. The file `NAME.report` contains the reports of all images. Set either `images`, or `image` and `platforms`.

```starlark
image_index(name = "server", images = [":server_amd64", ":server_arm64"])

image_index(
    name = "server",
    image = ":server_image",  # built once for each platform
    platforms = ["@distroless//rules/platforms:linux_amd64", "@distroless//rules/platforms:linux_arm64"],
)
```"""

def _platforms_impl(_settings, attr):
    return {str(platform): {"//command_line_option:platforms": str(platform)} for platform in attr.platforms}

_platforms = transition(
    implementation = _platforms_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _targets(ctx):
    """The targets of `images`, or `image` once for each of `platforms`, in this order."""
    given = [name for name in ["image", "images", "platforms"] if getattr(ctx.attr, name)]
    if given not in [["image", "platforms"], ["images"], []]:
        fail("cannot build `%s`: %s cannot be set together\nhint: set `images`, or `image` and `platforms`" % (
            ctx.label,
            " and ".join(["`%s`" % name for name in given]),
        ) if len(given) > 1 else "cannot build `%s`: `%s` is set alone\nhint: set `images`, or `image` and `platforms`" % (ctx.label, given[0]))
    if ctx.attr.images or not ctx.attr.image:
        return ctx.attr.images

    # `ctx.attr.image` has the images in the order of their configurations.
    return [ctx.split_attr.image[str(platform.label)] for platform in ctx.attr.platforms]

def _image_index_impl(ctx):
    images = []
    seen = {}
    targets = _targets(ctx)
    attribute = "images" if ctx.attr.images else "image"
    for target, image in zip(targets, images_of(ctx, attribute, targets)):
        platform = (image.os, image.architecture, image.variant)
        if platform in seen:
            fail("cannot build `%s`: images: `%s` and `%s` are both for %s" % (
                ctx.label,
                seen[platform],
                target.label,
                platform_of(image),
            ))
        seen[platform] = target.label
        images.append(image)
    if not images:
        fail("cannot build `%s`: images: an index needs at least one image" % ctx.label)
    name = ctx.label.name
    index = ctx.actions.declare_file(name + ".index.json")
    info = ImageIndexInfo(
        contents = evidence_actions.index_contents(ctx, index, images, local_name(ctx), name),
        descriptor = ctx.actions.declare_file(name + ".descriptor.json"),
        digest = ctx.actions.declare_file(name + ".digest"),
        images = images,
        index = index,
    )
    image_actions.image_index(ctx, info, images, key_values(ctx.label, "annotations", ctx.attr.annotations))
    inspect_actions.image_reports(ctx, images, ctx.outputs.report)
    return image_outputs(ctx, info, images)

image_index = rule(
    implementation = _image_index_impl,
    doc = _DOC,
    outputs = {"report": "%{name}.report"},
    provides = [ImageIndexInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "annotations": attr.string_dict(doc = "[Annotations](https://github.com/opencontainers/image-spec/blob/main/annotations.md) of the index."),
        "image": attr.label(doc = "The image to build for each of `platforms`. Not together with `images`.", cfg = _platforms, allow_files = True),
        "images": attr.label_list(doc = "The images, each for a different platform, in the order of the index.", allow_files = True),
        "platforms": attr.label_list(doc = "The platforms to build `image` for, in the order of the index: labels such as `@distroless//rules/platforms:linux_arm64`, or your own platforms.", providers = [platform_common.PlatformInfo]),
    } | TRANSITION_ATTRS | OUTPUT_ATTRS,
)
