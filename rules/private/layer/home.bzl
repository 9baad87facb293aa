"""home: home directories as a layer."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:entries.bzl", "entries", "relative_path")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """Home directories as a layer.

Missing parent directories are added with mode 0755 and owner root.

```starlark
home(
    name = "home",
    directories = {
        "/root": "0700 0:0",
        "/home/app": "0750 1000:1000",
    },
)
```"""

def _directory(label, path, text):
    words = text.split(" ")
    ids = words[-1].split(":")
    if len(words) != 2 or len(ids) != 2 or not (words[0] + ids[0] + ids[1]).isdigit():
        fail("cannot lay out `%s`: directories: expected `MODE UID:GID` for `%s`, found `%s`" % (label, path, text))
    return entries.directory(relative_path(label, "directories", path), words[0], int(ids[0]), int(ids[1]))

def _home_impl(ctx):
    listed = [_directory(ctx.label, path, text) for path, text in ctx.attr.directories.items()]
    return layer_outputs(layer_actions.entries_layer(ctx, listed, [], "home"))

home = rule(
    implementation = _home_impl,
    doc = _DOC,
    cfg = canonical,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "directories": attr.string_dict(
            doc = "Absolute path of each directory to `MODE UID:GID`: an octal mode and two numbers, such as `0750 1000:1000`.",
            mandatory = True,
        ),
    },
)
