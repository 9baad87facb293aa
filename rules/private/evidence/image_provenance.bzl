"""image_provenance: the provenance of an image or an index."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/evidence:contents_of.bzl", "contents_of")
load("//rules/private/image:build_facts.bzl", "BUILD_FACTS_ATTRS")
load("//rules/private/image:provenance_of.bzl", "provenance_of")
load("//rules/private/providers:evidence_info.bzl", "EvidenceInfo")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

PROVENANCE_TYPE = "https://slsa.dev/provenance/v1"

_DOC = """The provenance of an image or an image index: [SLSA provenance v1](https://slsa.dev/spec/v1.1/provenance).

It names the target, the settings, the locks, the signed Releases of the repositories, all packages, the tools and the
layers, each by its digest ([format](formats/provenance.md)). It has no time and no name of a machine.

```starlark
image_provenance(name = "server_provenance", image = ":server")
```

The outputs are `NAME.provenance.json`, the predicate, and `NAME.provenance.statement.json`, the in-toto statement: the
predicate with the digests of the index and its images. Without this rule, the output group `provenance` of an image has
both: `bazel build //:server --output_groups=provenance`."""

def _image_provenance_impl(ctx):
    target = ctx.attr.image
    contents_of(ctx, "image", target)
    is_index = ImageIndexInfo in target
    info = target[ImageIndexInfo] if is_index else target[ImageInfo]
    images = info.images if is_index else [info]
    files = provenance_of(ctx, target.label, info, images, is_index, ctx.label.name, ctx.attr.module)
    digests = [info.digest] + ([image.digest for image in images] if is_index else [])
    return [
        DefaultInfo(files = depset([files.predicate, files.statement])),
        EvidenceInfo(statements = [
            struct(digest = digest, file = files.statement, predicate_type = PROVENANCE_TYPE)
            for digest in digests
        ]),
    ]

image_provenance = rule(
    implementation = _image_provenance_impl,
    doc = _DOC,
    provides = [EvidenceInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "image": attr.label(doc = "The `image` or `image_index`.", mandatory = True, allow_files = True),
        "module": attr.string(doc = "The Bazel module that contains `image`, `NAME@VERSION`, such as `shop@1.4.0`. `evidence_writer rebuild` prints it."),
    } | BUILD_FACTS_ATTRS,
)
