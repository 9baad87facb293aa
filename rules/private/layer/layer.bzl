"""layer: files, directories and links as one layer."""

load("//rules/private:canonical.bzl", "TRANSITION_ATTRS", "canonical")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:compression.bzl", "COMPRESSION_ATTRS")
load("//rules/private/layer:entries.bzl", "entries", "relative_path")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """Files, directories and links as one layer.

Entries are sorted by path. Missing parent directories are added with mode 0755 and owner root. If a lower layer has a
parent directory with another mode or owner, name it in `directories` with that mode and owner: otherwise this layer
would change it, which `image` refuses. No name may begin with `.wh.`, because such an entry is a
[whiteout](https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts), which deletes files of lower
layers.

```starlark
layer(
    name = "app",
    directories = ["/data"],
    files = {":server": "/app/server"},
    modes = {"/data": "0700"},
    owners = {"/data": "65532:65532"},
    symlinks = {"/usr/bin/server": "/app/server"},
)
```"""

def _owner(label, text):
    ids = text.split(":")
    if len(ids) != 2 or not ids[0].isdigit() or not ids[1].isdigit():
        fail("cannot lay out `%s`: owners: expected `UID:GID` in digits, found `%s`" % (label, text))
    return int(ids[0]), int(ids[1])

def _layer_impl(ctx):
    owners = {path: _owner(ctx.label, owner) for path, owner in ctx.attr.owners.items()}
    listed = []
    sources = []

    for target, path in ctx.attr.files.items():
        files = target[DefaultInfo].files.to_list()
        if len(files) != 1:
            fail("cannot lay out `%s`: files: `%s` provides %d files; expected one" % (ctx.label, target.label, len(files)))
        uid, gid = owners.get(path, (0, 0))
        listed.append(entries.file(
            relative_path(ctx.label, "files", path),
            source = files[0],
            mode = ctx.attr.modes.get(path, ctx.attr.mode),
            uid = uid,
            gid = gid,
            mtime = ctx.attr.mtime,
        ))
        sources.append(files[0])
    for path in ctx.attr.directories:
        uid, gid = owners.get(path, (0, 0))
        listed.append(entries.directory(
            relative_path(ctx.label, "directories", path),
            mode = ctx.attr.modes.get(path, "0755"),
            uid = uid,
            gid = gid,
            mtime = ctx.attr.mtime,
        ))
    for path, target in ctx.attr.symlinks.items():
        uid, gid = owners.get(path, (0, 0))
        listed.append(entries.symlink(
            relative_path(ctx.label, "symlinks", path),
            target,
            mode = ctx.attr.modes.get(path, "0777"),
            uid = uid,
            gid = gid,
            mtime = ctx.attr.mtime,
        ))

    known = {path: None for path in ctx.attr.files.values() + ctx.attr.directories + ctx.attr.symlinks.keys()}
    for attribute, given in [("modes", ctx.attr.modes), ("owners", ctx.attr.owners)]:
        for path in given:
            if path not in known:
                fail("cannot lay out `%s`: %s: `%s` is not a path of this layer; it has %s" % (ctx.label, attribute, path, ", ".join(["`%s`" % p for p in sorted(known)])))
    return layer_outputs(layer_actions.entries_layer(ctx, listed, sources, ctx.attr.created_by or "layer " + ctx.label.name))

_ATTRS = COMPRESSION_ATTRS | {
    "created_by": attr.string(doc = "Text for this layer in the history of the image. By default `layer` and the name of the target."),
    "directories": attr.string_list(doc = "Absolute paths of directories. Their mode is 0755 if `modes` does not set another one."),
    "files": attr.label_keyed_string_dict(doc = "Targets of one file each to the absolute path of the file in the image.", allow_files = True),
    "mode": attr.string(doc = "Mode of the files that `modes` does not name, octal.", default = "0644"),
    "modes": attr.string_dict(doc = "Absolute path of a file or directory to its mode, octal, such as `1777`."),
    "mtime": attr.int(doc = "Modification time of every entry, in seconds since 1970-01-01 UTC."),
    "owners": attr.string_dict(doc = "Absolute path to `UID:GID`, both numbers. Other entries belong to `0:0`."),
    "symlinks": attr.string_dict(doc = "Absolute path of a symbolic link to its target, which is not changed."),
}

_RULE = dict(
    implementation = _layer_impl,
    doc = _DOC,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
)

layer = rule(attrs = _ATTRS, **_RULE)

# For macros whose files do not depend on the configuration: the same layer for every target platform.
constant_layer = rule(attrs = _ATTRS | TRANSITION_ATTRS, cfg = canonical, **_RULE)
