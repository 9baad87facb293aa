"""image: one image for one platform."""

load("//rules/private:architectures.bzl", "architectures")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:evidence.bzl", "evidence_actions")
load("//rules/private/actions:image.bzl", "image_actions")
load("//rules/private/actions:inspect.bzl", "inspect_actions")
load("//rules/private/image:attribute_targets.bzl", "layers_of")
load("//rules/private/image:base.bzl", "BASE_ATTRS", "architecture_of", "base_image")
load("//rules/private/image:image_outputs.bzl", "OUTPUT_ATTRS", "image_outputs", "local_name")
load("//rules/private/image:key_values.bzl", "key_values")
load("//rules/private/image:lay_out.bzl", "lay_out")
load("//rules/private/image:layering.bzl", "LAYERING_ATTRS", "LayeringInfo", "layering_of")
load("//rules/private/image:provenance_of.bzl", "stated_label")
load("//rules/private/image:publisher_values.bzl", "PUBLISHER_ATTRS", "published")
load("//rules/private/layer:compression.bzl", "COMPRESSION_ATTRS", "CompressionInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")
load("//rules/private/providers:layers_info.bzl", "LayersInfo")

_DOC = """One image for one platform: layers on a base image, and a configuration.

The default output is a directory in [OCI image
layout](https://github.com/opencontainers/image-spec/blob/main/image-layout.md) format with one
[manifest](https://github.com/opencontainers/image-spec/blob/main/manifest.md) and its
[configuration](https://github.com/opencontainers/image-spec/blob/main/config.md). The rule computes them from the
metadata of the layers and reads no layer. The file `NAME.report` lists the packages in the image, and the effects of
maintainer scripts that the image lacks.

A build also checks that the layers fit together:

- A directory does not replace a file or a link of a lower layer, and a file or a link does not replace a directory.
- Two packages do not contain different files with the same path.
- A package does not change the mode or the owner of a directory of a lower layer, because dpkg does not either.
- The image contains the program that it runs, and the program is executable.
- A user or group that is not a number is in `/etc/passwd` or `/etc/group` of the image.

```starlark
image(
    name = "server",
    base = "//static:debian12",
    entrypoint = ["/app/server"],
    layers = [":app"],
    user = "65532",
)
```"""

# The default checks of an image.
_CHECKED = ["directories", "entrypoint", "user"]

def _layers(ctx, base):
    """The layers that the image adds, and whether the image consists of them alone."""
    laid_out = [target[LayersInfo] for target in ctx.attr.layers if LayersInfo in target]
    if laid_out:
        if len(laid_out) != len(ctx.attr.layers):
            fail("cannot build `%s`: layers: a layer_stack cannot be mixed with other layers" % ctx.label)
        whole = any([stack.whole for stack in laid_out])
        return [layer for stack in laid_out for layer in stack.layers], whole
    layers = layers_of(ctx, "layers", ctx.attr.layers)
    layering = layering_of(ctx, ctx.attr.layering)
    room = layering.most - (len(base.layers) if base else 0)
    return lay_out(ctx, layers, layering, max(room, 1)), False

def _starts_something(ctx):
    """Whether the image itself sets a command, or a user by name."""
    user = ctx.attr.user
    return bool(ctx.attr.entrypoint or ctx.attr.cmd or (user and not user.replace(":", "").isdigit()))

def _settings(ctx):
    """The build settings that the image depends on, by the labels with which a command line sets them."""
    settings = {
        "@distroless//rules/settings:compression": ctx.attr._compression[CompressionInfo].value,
        "@distroless//rules/settings:layering": ctx.attr._layering[LayeringInfo].value,
    }
    for target, setting in ctx.attr.settings.items():
        settings[setting] = stated_label(target.label)
    return settings

def _image_impl(ctx):
    for field in ctx.attr.unchecked:
        if field not in _CHECKED:
            fail("cannot build `%s`: unchecked: unknown check `%s`; expected one of %s" % (ctx.label, field, ", ".join(["`%s`" % known for known in _CHECKED])))
    architecture = architecture_of(ctx)
    base = base_image(ctx, architecture)
    layers, whole = _layers(ctx, base)
    below = base.layers if base and not whole else []
    name = ctx.label.name
    stated = published(ctx)
    documents = struct(
        config = ctx.actions.declare_file(name + ".config.json"),
        descriptor = ctx.actions.declare_file(name + ".descriptor.json"),
        layers = below + layers,
        manifest = ctx.actions.declare_file(name + ".manifest.json"),
    )
    info = ImageInfo(
        architecture = architecture,
        config = documents.config,
        contents = evidence_actions.image_contents(ctx, documents, stated.reference or local_name(ctx), name),
        descriptor = documents.descriptor,
        digest = ctx.actions.declare_file(name + ".digest"),
        layers = documents.layers,
        manifest = documents.manifest,
        os = "linux",
        reference = stated.reference,
        settings = _settings(ctx),
        report = ctx.outputs.report,
        variant = base.variant if base else architectures.variant(architecture),
    )
    image_actions.image(ctx, info, base, layers, whole, [
        ("--env", key_values(ctx.label, "env", ctx.attr.env)),
        ("--entrypoint", ctx.attr.entrypoint),
        ("--cmd", ctx.attr.cmd),
        ("--user", [ctx.attr.user] if ctx.attr.user else []),
        ("--workdir", [ctx.attr.workdir] if ctx.attr.workdir else []),
        ("--label", key_values(ctx.label, "labels", ctx.attr.labels)),
        ("--annotation", key_values(ctx.label, "annotations", stated.annotations | ctx.attr.annotations)),
        ("--base-name", [base.reference] if base and base.reference else []),
        ("--created", [ctx.attr.created] if ctx.attr.created else []),
    ])
    inspect_actions.image_report(ctx, info)

    # An image without new layers and without a command is equal to its base, which was checked.
    checked = []
    if layers or _starts_something(ctx):
        checked.append(inspect_actions.image_check(ctx, info.layers, below, info.config, ctx.attr.unchecked))
    return image_outputs(ctx, info, [info], checked)

image = rule(
    implementation = _image_impl,
    doc = _DOC,
    outputs = {"report": "%{name}.report"},
    provides = [ImageInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = COMPRESSION_ATTRS | LAYERING_ATTRS | {
        "annotations": attr.string_dict(doc = "[Annotations](https://github.com/opencontainers/image-spec/blob/main/annotations.md) of the manifest, added to those of the base. A key of the base that begins with `org.opencontainers.image.` describes the base only and is not inherited. The rule adds `org.opencontainers.image.base.digest`, and `org.opencontainers.image.base.name` if the base has a `reference`."),
        "architecture": attr.string(doc = "OCI architecture name, such as `arm64`. By default the architecture of a single-platform base, otherwise of the target platform."),
        "cmd": attr.string_list(doc = "Default arguments of the entrypoint (`Cmd`). By default those of the base, or none if `entrypoint` is set."),
        "created": attr.string(doc = "Time of creation, [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339) in UTC, such as `2026-11-21T02:34:56Z`. By default the time of the base, or `1970-01-01T00:00:00Z` without a base. The rule never reads the clock."),
        "entrypoint": attr.string_list(doc = "The program that the image runs, and its first arguments (`Entrypoint`), such as `[\"/app/server\"]`. By default the entrypoint of the base. If set, the image does not inherit `cmd`."),
        "env": attr.string_dict(doc = "Environment variables. A variable that the base has gets the new value and keeps its position; others follow in this order."),
        "is_base": attr.bool(doc = "Whether other tools build images on this one. Some, such as rules_oci, copy all annotations of the manifest into the new image. If true, annotations that begin with `org.opencontainers.image.`, also those that name the base, are not in the manifest but at the descriptor of the image, in the index and in the layout's `index.json`, so that no other image inherits them. All images of distroless set it."),
        "labels": attr.string_dict(doc = "Labels of the configuration, added to those of the base. Keys that begin with `org.opencontainers.image.` are not inherited, as for `annotations`."),
        "layering": attr.string(doc = "How to merge the layers that this image adds: `package` (no merging), `single` (all into one layer), or `origin:N` (neighbouring layers are merged until the image has at most N layers; at least one layer is added to the base). The layers of the base do not change. By default the value of the build setting `@distroless//rules/settings:layering`, whose default is `package`."),
        "layers": attr.label_list(doc = "Layers on top of the base, lowest first: either targets of rules that make a layer, or only targets of `layer_stack`.", allow_files = True),
        "reference": attr.string(doc = "The name under which the image will be published, such as `registry.example/app:1`. With `publisher`, `NAME:TAG` in its repository. Images built on this one have the complete name as the annotation `org.opencontainers.image.base.name`."),
        "settings": attr.label_keyed_string_dict(doc = "Build settings that `publisher` or other attributes follow, to the labels with which a command line sets them, such as `{\"//common:publisher\": \"@distroless//common:publisher\"}`. Provenance states their values, so that `evidence_writer rebuild` can set them again. They have no effect on the image."),
        "unchecked": attr.string_list(doc = "Checks to skip. `entrypoint`, `user`: the program or the user is not in the image, for example because it is mounted when the image runs. `directories`: a layer may change the mode and the owner of a directory of a lower layer."),
        "user": attr.string(doc = "User that runs the entrypoint: a name or a number, optionally followed by `:` and a group, such as `65532:65532`. By default the user of the base."),
        "workdir": attr.string(doc = "Working directory, such as `/app`. By default that of the base."),
    } | BASE_ATTRS | PUBLISHER_ATTRS | OUTPUT_ATTRS,
)
