"""image_load: loads one image into a container engine."""

load("//rules/private/push:names.bzl", "split_name")
load("//rules/private/push:program.bzl", "PROGRAM_ATTRS", "program")
load("//rules/private/push:publication.bzl", "publication")

_DOC = """A command that loads an image into Docker, podman, containerd or a directory: `bazel run //app:load`.

Of an index, the command loads the image for the platform of the machine. Options of [`image_push
load`](image_push.md) follow `--`: `bazel run //app:load -- --into podman --platform linux/arm64`.

```starlark
image_load(
    name = "load",
    image = ":server",
    tag = "server:latest",
)
```

`image` is the same as for `image_push`."""

def _image_load_impl(ctx):
    tag = ctx.attr.tag or "%s:%s" % ((ctx.label.package or ctx.attr.image.label.name).lower(), ctx.attr.image.label.name)
    name = split_name(tag)
    if name.problem:
        fail("cannot load `%s`: tag: %s" % (ctx.label, name.problem))
    image = publication(ctx, "image", ctx.attr.image, name = name.name, tag = name.tag)
    return [program(ctx, "load", [image])]

image_load = rule(
    implementation = _image_load_impl,
    doc = _DOC,
    executable = True,
    attrs = PROGRAM_ATTRS | {
        "image": attr.label(doc = "The image, index or OCI layout.", mandatory = True, allow_files = True),
        "tag": attr.string(doc = "The name of the loaded image, with a tag, such as `server:latest`. By default `PACKAGE:NAME`, with the name of the image."),
    },
)
