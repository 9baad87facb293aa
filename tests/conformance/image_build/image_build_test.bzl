"""image_build_test: definitions give the same digests as the targets next to them."""

load("//rules:providers.bzl", "ImageIndexInfo", "ImageInfo")

def _digest(target):
    return (target[ImageInfo] if ImageInfo in target else target[ImageIndexInfo]).digest

def _image_build_test_impl(ctx):
    test = ctx.actions.declare_file(ctx.label.name)
    lines = []
    inputs = [ctx.file._script]
    bases = {base.label.name: base for base in ctx.attr.bases}
    for target, definition in ctx.attr.images.items():
        file = [file for file in ctx.files.definitions if file.basename.partition(".")[0] == definition.partition(" ")[0]][0]
        digest = ctx.actions.declare_file("%s.%d.digest" % (ctx.label.name, len(lines)))

        # In runfiles, the outputs of one target in several configurations have the same path.
        ctx.actions.symlink(output = digest, target_file = _digest(target))
        base = definition.partition(" ")[2]
        base_file = bases[base][DefaultInfo].files.to_list()[0] if base else None
        inputs += [file, digest] + ([base_file] if base_file else [])
        lines.append(" ".join([file.short_path, digest.short_path] + ([base_file.short_path] if base_file else [])))
    listed = ctx.actions.declare_file(ctx.label.name + ".images")
    ctx.actions.write(listed, "".join([line + "\n" for line in lines]))
    debs = ctx.actions.declare_file(ctx.label.name + ".debs")
    ctx.actions.write(debs, "".join([file.short_path + "\n" for file in ctx.files.debs]))
    ctx.actions.write(test, "#!/bin/sh\nexec %s %s %s %s\n" % (
        ctx.file._script.short_path,
        ctx.executable._program.short_path,
        listed.short_path,
        debs.short_path,
    ), is_executable = True)
    runfiles = ctx.runfiles(files = inputs + [listed, debs] + ctx.files.data + ctx.files.debs + ctx.files.definitions)
    return [DefaultInfo(
        executable = test,
        runfiles = runfiles.merge(ctx.attr._program[DefaultInfo].default_runfiles),
    )]

image_build_test = rule(
    implementation = _image_build_test_impl,
    doc = "Builds images from definitions with the crate `image_build`, and compares the digests with those of targets.",
    test = True,
    attrs = {
        "bases": attr.label_list(doc = "Base images."),
        "data": attr.label_list(doc = "Files that the definitions name.", allow_files = True),
        "debs": attr.label_list(doc = "The packages of the locks that the definitions need.", allow_files = True),
        "definitions": attr.label_list(doc = "The definitions.", allow_files = True),
        "images": attr.label_keyed_string_dict(doc = "Images to the names of their definitions; after a space, the name of the base."),
        "_program": attr.label(default = "//tools/crates/image_build:build_image", executable = True, cfg = "target"),
        "_script": attr.label(default = ":compare.sh", allow_single_file = True),
    },
)

def _definition_impl(ctx):
    file = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(file, ctx.attr.content)
    return [DefaultInfo(files = depset([file]))]

definition = rule(
    implementation = _definition_impl,
    doc = "A definition of an image, as JSON.",
    attrs = {"content": attr.string(mandatory = True)},
)

def _with_compression_impl(ctx):
    image = ctx.attr.image[0]
    return [image[ImageIndexInfo] if ImageIndexInfo in image else image[ImageInfo], image[DefaultInfo]]

def _compression_impl(_settings, attr):
    return {"//rules/settings:compression": attr.compression}

_compression = transition(
    implementation = _compression_impl,
    inputs = [],
    outputs = ["//rules/settings:compression"],
)

with_compression = rule(
    implementation = _with_compression_impl,
    doc = "An image whose layers all have a compression.",
    attrs = {
        "compression": attr.string(mandatory = True),
        "image": attr.label(cfg = _compression, mandatory = True),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
