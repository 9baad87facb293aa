"""image_diff: the difference of two images."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:evidence.bzl", "DIFF_FORMATS", "evidence_actions")
load("//rules/private/evidence:contents_of.bzl", "contents_of")
load("//rules/private/evidence:formats_of.bzl", "formats_of")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

_DOC = """The difference of two images: packages with their changelog entries, libraries with their exported symbols, files, settings,
and the bytes that a client downloads for the new image.

```starlark
image_diff(name = "upgrade", old = "@distroless//java:java21_debian12", new = "@distroless//java:java21_debian13")
```

A side is an `image`, an `image_index`, an OCI layout directory, an archive of one, a `docker save` archive, or a lock
of packages. Two indexes are compared by platform. The images of our rules are compared by their metadata: no layer is
read. The outputs are `NAME.txt`, `NAME.md`, `NAME.json` ([format](formats/difference.md)) and `NAME.html`, one page
without references to other files."""

def _side(ctx, attribute):
    """The file of a side, the details of its layers, and its name in the report."""
    target = getattr(ctx.attr, attribute)
    if ImageInfo in target or ImageIndexInfo in target:
        images = [target[ImageInfo]] if ImageInfo in target else target[ImageIndexInfo].images
        layers = [part for image in images for layer in image.layers for part in [layer] + layer.merged]
        details = {layer.details: None for layer in layers if getattr(layer, "details", None)}
        return contents_of(ctx, attribute, target), details.keys(), ""
    files = target[DefaultInfo].files.to_list()
    if len(files) != 1:
        fail("cannot build `%s`: %s: `%s` has %d files; expected an image, an image index, or one layout, archive or lock" % (
            ctx.label,
            attribute,
            target.label,
            len(files),
        ))
    label = target.label
    repository = "@" + label.repo_name if label.repo_name else ""
    return files[0], [], "%s//%s:%s" % (repository, label.package, label.name)

def _image_diff_impl(ctx):
    formats = formats_of(ctx, DIFF_FORMATS)
    outputs = evidence_actions.diff(
        ctx,
        _side(ctx, "old"),
        _side(ctx, "new"),
        formats,
        ctx.label.name,
        platform = ctx.attr.platform,
        summary = ctx.attr.summary,
    )
    return [DefaultInfo(files = depset(outputs))]

image_diff = rule(
    implementation = _image_diff_impl,
    doc = _DOC,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "formats": attr.string_list(doc = "The formats: some of `text`, `markdown`, `json`, `html`. By default all.", default = DIFF_FORMATS.keys()),
        "new": attr.label(doc = "The new side.", mandatory = True, allow_files = True),
        "old": attr.label(doc = "The old side.", mandatory = True, allow_files = True),
        "platform": attr.string(doc = "The platform of the images to compare, such as `linux/arm64`. By default, all platforms that both sides have."),
        "summary": attr.bool(doc = "Whether to leave out the lists of files, layers, symbols and changelog entries, except in JSON."),
    },
)
