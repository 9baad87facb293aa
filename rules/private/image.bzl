"""image: one image of one platform."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:architectures.bzl", "architectures")
load("//rules/private:base.bzl", "BASE_ATTRS", "base_image", "wanted_architecture")
load("//rules/private:compression.bzl", "COMPRESSION_ATTRS")
load("//rules/private:image_outputs.bzl", "image_outputs")
load("//rules/private:key_values.bzl", "key_values")
load("//rules/private:lay_out.bzl", "lay_out")
load("//rules/private:layering.bzl", "LAYERING_ATTRS", "layering_of")
load("//rules/private:stamp.bzl", "STAMP_ATTRS")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private:wanted.bzl", "wanted_layers")
load("//rules/private/providers:image_info.bzl", "ImageInfo")
load("//rules/private/providers:layers_info.bzl", "LayersInfo")

_DOC = """One image of one platform: layers on a base, and a configuration.

Building it gives an OCI image layout folder with one manifest. The image is computed from metadata; no layer is read. Beside
that, a build checks that the layers go together: a directory may not become a file or a link, nor the reverse, two packages
may not have different files of one name, and no package changes mode or owner of a directory that a layer below has (dpkg
would not); and what is run must be there and be executable, as a user who is in `/etc/passwd`.
`NAME.report` says what the image is made of, and which effects of maintainer
scripts it does without.

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
    """The layers of the image's own, and whether they are all that it has."""
    laid_out = [target[LayersInfo] for target in ctx.attr.layers if LayersInfo in target]
    if laid_out:
        if len(laid_out) != len(ctx.attr.layers):
            fail("cannot build `%s`: layers: a layer_stack goes with layer_stacks only" % ctx.label)
        whole = any([stack.whole for stack in laid_out])
        return [layer for stack in laid_out for layer in stack.layers], whole
    layers = wanted_layers(ctx, "layers", ctx.attr.layers)
    layering = layering_of(ctx, ctx.attr.layering)
    room = layering.most - (len(base.layers) if base else 0)
    return lay_out(ctx, layers, layering, max(room, 1)), False

def _starts_something(ctx):
    """Whether the image itself says what is run, or as whom by name."""
    user = ctx.attr.user
    return bool(ctx.attr.entrypoint or ctx.attr.cmd or (user and not user.replace(":", "").isdigit()))

def _image_impl(ctx):
    for field in ctx.attr.unchecked:
        if field not in _CHECKED:
            fail("cannot build `%s`: unchecked: unknown field `%s`; there are %s" % (ctx.label, field, ", ".join(["`%s`" % known for known in _CHECKED])))
    architecture = wanted_architecture(ctx)
    base = base_image(ctx, architecture)
    layers, whole = _layers(ctx, base)
    below = base.layers if base and not whole else []
    name = ctx.label.name
    info = ImageInfo(
        architecture = architecture,
        config = ctx.actions.declare_file(name + ".config.json"),
        descriptor = ctx.actions.declare_file(name + ".descriptor.json"),
        digest = ctx.actions.declare_file(name + ".digest"),
        layers = below + layers,
        manifest = ctx.actions.declare_file(name + ".manifest.json"),
        os = "linux",
        reference = ctx.attr.reference,
        report = ctx.outputs.report,
        variant = base.variant if base else architectures.variant(architecture),
    )
    actions.image(ctx, info, base, layers, whole, [
        ("--env", key_values(ctx.label, "env", ctx.attr.env)),
        ("--entrypoint", ctx.attr.entrypoint),
        ("--cmd", ctx.attr.cmd),
        ("--user", [ctx.attr.user] if ctx.attr.user else []),
        ("--workdir", [ctx.attr.workdir] if ctx.attr.workdir else []),
        ("--label", key_values(ctx.label, "labels", ctx.attr.labels)),
        ("--annotation", key_values(ctx.label, "annotations", ctx.attr.annotations)),
        ("--base-name", [base.reference] if base and base.reference else []),
        ("--created", [ctx.attr.created] if ctx.attr.created else []),
    ])
    actions.image_report(ctx, info)

    # An image without new layers and without a command is equal to its base, which was checked.
    checked = []
    if layers or _starts_something(ctx):
        checked.append(actions.image_check(ctx, info.layers, below, info.config, ctx.attr.unchecked))
    return image_outputs(ctx, info, [info], checked)

image = rule(
    implementation = _image_impl,
    doc = _DOC,
    outputs = {"report": "%{name}.report"},
    provides = [ImageInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = COMPRESSION_ATTRS | LAYERING_ATTRS | {
        "annotations": attr.string_dict(doc = "Annotations of the manifest, added to those of the base. What begins with `org.opencontainers.image.` tells of one image and is not taken from the base; digest and name of the base are added."),
        "architecture": attr.string(doc = "OCI's spelling of the architecture. By default that of a single-platform base, else that of the target platform."),
        "cmd": attr.string_list(doc = "Default arguments of the entrypoint; by default the base's, or none where `entrypoint` is given."),
        "created": attr.string(doc = "Time of creation, RFC 3339 in UTC; by default the base's, else 1970-01-01T00:00:00Z. Never the clock."),
        "entrypoint": attr.string_list(doc = "The command that is run; by default the base's."),
        "env": attr.string_dict(doc = "Environment: a name that the base has is replaced in its place, others are added in this order."),
        "is_base": attr.bool(doc = "Other images are made on this one, also by tools that copy the annotations of its manifest, as rules_oci does. Annotations that begin with `org.opencontainers.image.`, those of the base among them, then go to the descriptor of the image, in the index and in the layout's `index.json`, where an image made on it does not get them. All images of distroless are made so."),
        "labels": attr.string_dict(doc = "Labels of the configuration, added to those of the base as annotations are."),
        "layering": attr.string(doc = "How the layers of its own are laid out: `package` (as they are), `single` (as one), or `origin:N`: neighbours are merged so that the image has at most N layers, at least one of them its own. The base stays as it is. By default what the build setting `@distroless//rules/settings:layering` says, which is `package`."),
        "layers": attr.label_list(doc = "Layers on top of the base, lowest first.", allow_files = True),
        "reference": attr.string(doc = "The name under which the image will be published, `registry.example/app:1`: what images made on it give as the name of their base."),
        "unchecked": attr.string_list(doc = "What is not checked. `entrypoint`, `user`: it need not be in the image, because it is mounted when the image runs. `directories`: a layer may change mode and owner of a directory of a layer below it."),
        "user": attr.string(doc = "User, and group after a colon, by name or number; by default the base's."),
        "workdir": attr.string(doc = "Working directory; by default the base's."),
    } | BASE_ATTRS | STAMP_ATTRS,
)
