"""archive_layer: files of a release archive as one layer."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical", "canonical_mode")
load("//rules/private:locked_file.bzl", "lock_of")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/image:key_values.bzl", "key_values")
load("//rules/private/layer:entries.bzl", "relative_path")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """Files of an upstream release archive as one layer, for programs that Debian does not package.

The archive is a `.tar.gz` file with one top-level directory of any name. The layer contains only the files in `files`,
sorted by path. All belong to root and have the same mode and time, so two archives of the same files make the same
layer.

```starlark
archive_layer(
    name = "node",
    archive = "node-v22.23.2-linux-x64.tar.gz",
    files = {
        "LICENSE": "/nodejs/LICENSE",
        "bin/node": "/nodejs/bin/node",
    },
    mode = "0555",
)
```"""

def _archive_layer_impl(ctx):
    if not ctx.attr.files:
        fail("cannot lay out `%s`: files: a layer of an archive needs at least one file" % ctx.label)
    targets = {}
    for source, target in ctx.attr.files.items():
        if source in ["", "."] or source.startswith("/") or "=" in source:
            fail("cannot lay out `%s`: files: `%s` is not a path below the top-level directory of the archive" % (ctx.label, source))
        path = relative_path(ctx.label, "files", target)
        if path in targets:
            fail("cannot lay out `%s`: files: `%s` and `%s` both become `%s`" % (ctx.label, targets[path], source, target))
        targets[path] = source
    for source in ctx.attr.file_sha256:
        if source not in ctx.attr.files:
            fail("cannot lay out `%s`: file_sha256: `%s` is not in `files`; expected one of %s" % (
                ctx.label,
                source,
                ", ".join(["`%s`" % known for known in sorted(ctx.attr.files)]),
            ))
    return layer_outputs(layer_actions.archive_layer(
        ctx,
        archive = ctx.file.archive,
        sha256 = ctx.attr.sha256,
        files = {source: path for path, source in targets.items()},
        file_sha256 = ctx.attr.file_sha256,
        mode = ctx.attr.mode,
        mtime = ctx.attr.mtime,
        annotations = key_values(ctx.label, "annotations", ctx.attr.annotations),
        created_by = ctx.attr.created_by or "archive " + ctx.label.name,
        size = ctx.attr.size,
        lock = lock_of(ctx.attr.archive),
    ))

_RULE = dict(
    implementation = _archive_layer_impl,
    doc = _DOC,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "annotations": attr.string_dict(doc = "[Annotations](https://github.com/opencontainers/image-spec/blob/main/annotations.md) of the layer's descriptor in image manifests."),
        "archive": attr.label(doc = "The archive, a `.tar.gz` file.", mandatory = True, allow_single_file = [".tar.gz", ".tgz"]),
        "created_by": attr.string(doc = "Text for this layer in the history of the image. By default `archive` and the name of the target."),
        "file_sha256": attr.string_dict(doc = "Path below the top-level directory of the archive to the expected SHA-256 of the file, 64 hexadecimal digits. By default files are not checked."),
        "files": attr.string_dict(doc = "Path below the top-level directory of the archive to the absolute path in the image.", mandatory = True),
        "mode": attr.string(doc = "Mode of all files, octal, such as `0555`.", default = "0644"),
        "mtime": attr.int(doc = "Modification time of all entries, in seconds since 1970-01-01 UTC."),
        "size": attr.int(doc = "Approximate size of the layer in bytes, an estimate for merging layers.", default = 32 * 1024 * 1024),
        "sha256": attr.string(doc = "Expected SHA-256 of the archive, 64 hexadecimal digits. By default the archive is not checked."),
    },
)

archive_layer = rule(cfg = canonical_mode, **_RULE)

# For repositories of one archive: builds the same layer for every target platform.
locked_archive_layer = rule(cfg = canonical, **_RULE)
