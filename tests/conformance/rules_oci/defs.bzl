"""Stand-ins for rules_oci, which cannot be fetched here, with the same attributes, kinds of inputs and links.

They accept the same targets as the rules of rules_oci 2: `allow_single_file`, the directory alone, its children as
Bazel lists them. `//tools/conformance` (`append`, `join`) replaces the scripts of rules_oci that use jq and regctl. Only
tests use these rules.
"""

load("//tools/toolchain:host_tools.bzl", "host_tools")

_TARS = [".tar", ".tgz", ".tar.gz", ".tzst", ".tar.zst"]

_PROGRAM = {
    "_program": attr.label(default = "//tests/conformance/rules_oci:program", allow_files = True, executable = True, cfg = host_tools),
}

def _run(ctx, args, inputs, mnemonic):
    directory = ctx.actions.declare_directory(ctx.label.name)
    args.add_all([directory], before_each = "--output", expand_directories = False)
    ctx.actions.run(
        executable = ctx.executable._program,
        arguments = [args],
        inputs = inputs,
        outputs = [directory],
        mnemonic = mnemonic,
        # To find sha256sum and gzip on PATH.
        use_default_shell_env = True,
    )
    return directory

def _oci_image_impl(ctx):
    args = ctx.actions.args()
    args.add("append")
    args.add("--base", ctx.file.base.path)
    args.add_all(ctx.files.tars, before_each = "--tar")
    args.add_all(ctx.attr.entrypoint, format_each = "--entrypoint=%s")
    args.add_all(ctx.attr.cmd, format_each = "--cmd=%s")
    args.add_all(["%s=%s" % pair for pair in ctx.attr.env.items()], format_each = "--env=%s")
    if ctx.attr.user:
        args.add("--user", ctx.attr.user)
    inputs = [ctx.file.base] + ctx.files.tars
    directory = _run(ctx, args, depset(inputs, transitive = [ctx.attr.base[DefaultInfo].default_runfiles.files]), "OCIImage")
    runfiles = ctx.runfiles(inputs).merge(ctx.attr.base[DefaultInfo].default_runfiles)
    return [DefaultInfo(files = depset([directory]), runfiles = runfiles)]

oci_image = rule(
    implementation = _oci_image_impl,
    doc = "An image on the layout directory of a base. Blobs are links to files outside of the directory.",
    attrs = _PROGRAM | {
        "base": attr.label(mandatory = True, allow_single_file = True),
        "cmd": attr.string_list(),
        "entrypoint": attr.string_list(),
        "env": attr.string_dict(),
        "tars": attr.label_list(allow_files = _TARS),
        "user": attr.string(),
    },
)

def _platforms_impl(_settings, attr):
    return [{"//command_line_option:platforms": str(platform)} for platform in attr.platforms]

_platforms = transition(
    implementation = _platforms_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _expand(image, expander):
    blobs = [file for file in expander.expand(image) if file.path.find("blobs") != -1]
    return ["--image=" + image.path] + ["--blob=" + file.tree_relative_path for file in blobs]

def _oci_image_index_impl(ctx):
    if ctx.attr.platforms and len(ctx.attr.images) != len(ctx.attr.platforms):
        fail("platforms can only be specified when there is exactly one image in the images attribute.")
    args = ctx.actions.args()
    args.add("join")
    args.add_all(ctx.files.images, map_each = _expand, expand_directories = False)

    # Only the directories, without their runfiles.
    directory = _run(ctx, args, ctx.files.images, "OCIIndex")
    return [DefaultInfo(files = depset([directory]))]

oci_image_index = rule(
    implementation = _oci_image_index_impl,
    doc = "An index of several images, each given as a directory, or of one image for several platforms.",
    attrs = _PROGRAM | {
        "images": attr.label_list(mandatory = True, cfg = _platforms),
        "platforms": attr.label_list(providers = [platform_common.PlatformInfo]),
    },
)

def _directory_impl(ctx):
    if not ctx.file.image.is_directory:
        fail("image attribute must be a oci_image or oci_image_index")
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, "#!/bin/sh\nls '%s/blobs/sha256'\n" % ctx.file.image.short_path, is_executable = True)
    runfiles = ctx.runfiles([ctx.file.image]).merge(ctx.attr.image[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = script, runfiles = runfiles)]

def _directory_rule(attrs):
    return rule(
        implementation = _directory_impl,
        doc = "Accepts one directory. Running it lists the content that it would push.",
        executable = True,
        attrs = attrs | {"image": attr.label(mandatory = True, allow_single_file = True)},
    )

oci_push = _directory_rule({
    "remote_tags": attr.string_list(),
    "repository": attr.string(mandatory = True),
})

oci_load = _directory_rule({
    "format": attr.string(default = "docker", values = ["docker", "oci"]),
    "repo_tags": attr.string_list(mandatory = True),
})
