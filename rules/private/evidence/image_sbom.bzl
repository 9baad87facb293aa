"""image_sbom: the SBOM of an image or an index."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:evidence.bzl", "SBOM_FORMATS", "evidence_actions")
load("//rules/private/evidence:contents_of.bzl", "contents_of")
load("//rules/private/evidence:formats_of.bzl", "formats_of")
load("//rules/private/providers:evidence_info.bzl", "EvidenceInfo")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

_DOC = """The SBOM of an image or an image index: its packages with their source packages, versions, licenses, files and origin.

The image may have layers of any kind. Files that belong to no package are listed as files. The rule reads the metadata
of the layers and no layer.

```starlark
image_sbom(name = "server_sbom", image = ":server")
```

The outputs are `NAME.spdx.json` (SPDX 2.3), `NAME.spdx3.json` (SPDX 3.0.1), `NAME.cdx.json` (CycloneDX 1.6) and
`NAME.1.7.cdx.json` (CycloneDX 1.7), in the order of `formats`. Without this rule, the output group `sbom` of an image
has all of them: `bazel build //:server --output_groups=sbom`.

The SBOM of an index lists the packages of all images, but no files. As `evidence` of a push, the target also attaches
the SBOM of each image to the image."""

# The types of statements about an image, by which cosign and other tools find SBOMs.
_PREDICATE_TYPES = {
    "cyclonedx-1.6": "https://cyclonedx.org/bom",
    "cyclonedx-1.7": "https://cyclonedx.org/bom",
    "spdx-2.3": "https://spdx.dev/Document",
    "spdx-3.0.1": "https://spdx.dev/Document/v3.0.1",
}

def _statements(info, formats, outputs):
    return [
        struct(digest = info.digest, file = file, predicate_type = _PREDICATE_TYPES[format])
        for format, file in zip(formats, outputs)
    ]

def _image_statements(ctx, images, formats):
    """The statements about the images of an index. Only a push builds their files."""
    statements = []
    for image in images:
        if not getattr(image, "contents", None):
            continue
        stem = "_".join([part for part in [ctx.label.name, image.os, image.architecture, image.variant] if part])
        outputs = evidence_actions.sbom(ctx, image.contents, formats, stem, ctx.attr.organization)
        statements += _statements(image, formats, outputs)
    return statements

def _image_sbom_impl(ctx):
    formats = formats_of(ctx, SBOM_FORMATS)
    contents = contents_of(ctx, "image", ctx.attr.image)
    outputs = evidence_actions.sbom(ctx, contents, formats, ctx.label.name, ctx.attr.organization)
    target = ctx.attr.image
    if ImageIndexInfo in target:
        index = target[ImageIndexInfo]
        statements = _statements(index, formats, outputs) + _image_statements(ctx, index.images, formats)
    else:
        statements = _statements(target[ImageInfo], formats, outputs)
    return [
        DefaultInfo(files = depset(outputs)),
        EvidenceInfo(statements = statements),
    ]

image_sbom = rule(
    implementation = _image_sbom_impl,
    doc = _DOC,
    provides = [EvidenceInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "formats": attr.string_list(doc = "The formats: some of `spdx-2.3`, `spdx-3.0.1`, `cyclonedx-1.6`, `cyclonedx-1.7`.", default = ["spdx-2.3"]),
        "image": attr.label(doc = "The `image` or `image_index`.", mandatory = True, allow_files = True),
        "organization": attr.string(doc = "The organization that publishes the image: the supplier of the image and its layers. By default `vendor` of the publisher, which the image states as the annotation `org.opencontainers.image.vendor`. Without one, the SBOM does not name a supplier, and lacks a minimum element of NTIA."),
    },
)
