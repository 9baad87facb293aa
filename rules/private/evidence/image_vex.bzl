"""image_vex: the issues of an image or an index, in Debian's words."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:evidence.bzl", "evidence_actions")
load("//rules/private/evidence:contents_of.bzl", "contents_of")
load("//rules/private/evidence:vex_attributes.bzl", "VEX_ATTRS", "vex_files")
load("//rules/private/providers:evidence_info.bzl", "EvidenceInfo")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

_DOC = """The known issues of the Debian packages in an image or an image index: an [OpenVEX](https://github.com/openvex/spec) document for scanners, and tables for people.

```starlark
image_vex(
    name = "server_vex",
    author = "Example Organization",
    image = ":server",
    tracker = "//debian_packages:tracker.json",
)
```

The outputs are `NAME.openvex.json`, `NAME.vex.txt` and `NAME.vex.md`. For an index, they have the index and each of its
images. Scanners suppress an issue that is fixed in the version of the image, that the release never had, or that is only
in parts that the image does not have. [docs/guides/vulnerabilities.md](../guides/vulnerabilities.md) has the commands."""

_PREDICATE_TYPE = "https://openvex.dev/ns"

def _image_vex_impl(ctx):
    if not ctx.attr.author:
        fail("cannot build `%s`: author: it is empty; expected a name, a mail address or a URL" % ctx.label)
    contents = contents_of(ctx, "image", ctx.attr.image)
    outputs = evidence_actions.vex(ctx, contents, vex_files(ctx), ctx.attr.author, ctx.attr.repositories)
    target = ctx.attr.image

    # A scanner asks for the digest that it scans: that of an index, or of an image.
    if ImageIndexInfo in target:
        infos = [target[ImageIndexInfo]] + target[ImageIndexInfo].images
    else:
        infos = [target[ImageInfo]]
    return [
        DefaultInfo(files = depset([outputs.openvex, outputs.text, outputs.markdown])),
        EvidenceInfo(statements = [
            struct(digest = info.digest, file = outputs.openvex, predicate_type = _PREDICATE_TYPE)
            for info in infos
        ]),
        OutputGroupInfo(
            markdown = depset([outputs.markdown]),
            openvex = depset([outputs.openvex]),
            text = depset([outputs.text]),
        ),
    ]

image_vex = rule(
    implementation = _image_vex_impl,
    doc = _DOC,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = VEX_ATTRS | {
        "author": attr.string(doc = "The author of the OpenVEX document: a name, a mail address or a URL.", mandatory = True),
        "image": attr.label(doc = "The `image` or `image_index`.", mandatory = True, allow_files = True),
        "repositories": attr.string_list(doc = "The names of the repositories that get the image, such as `static-debian12`: the last part of each. trivy finds the statements only under the name of the repository that it scans. By default the name of the image."),
    },
)
