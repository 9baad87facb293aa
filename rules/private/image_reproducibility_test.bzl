"""image_reproducibility_test: how an image is built does not show in it."""

load("//rules/private:image_test_run.bzl", "IMAGE_TEST_ATTRS", "run_image_test", "the_file")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")

_MODE = "//command_line_option:compilation_mode"

# Each mode has its own output directory, so that an absolute path in a file is a difference too.
_CONFIGURATIONS = ["fastbuild", "opt"]

def _transition_impl(_settings, _attr):
    return {mode: {_MODE: mode} for mode in _CONFIGURATIONS}

_both = transition(implementation = _transition_impl, inputs = [], outputs = [_MODE])

def _image_reproducibility_test_impl(ctx):
    images = {"%s.%s" % (ctx.label.name, mode): the_file(ctx.split_attr.image[mode], "image") for mode in _CONFIGURATIONS}
    name, against = images.keys()

    # Each image gets a unique name: in runfiles, the outputs of one action in several configurations have the same
    # path.
    flags = ["--layout=" + name, "--against=" + against, "--check=variants", "--relation=same", "--name=%s" % ctx.split_attr.image[_CONFIGURATIONS[0]].label]
    if ctx.attr.platform:
        flags.append("--platform=" + ctx.attr.platform)
    return run_image_test(ctx, [(flags, [])], symlinks = images)

image_reproducibility_test = rule(
    implementation = _image_reproducibility_test_impl,
    doc = """Builds an image in two compilation modes, in output folders of their own, and compares: the digests must be equal; where they are not, the files that differ are named.

What is made of compiled code may differ for good reason; this is for images of files that the mode should not reach, such as packages, scripts and data.

```starlark
image_reproducibility_test(name = "base_reproducibility_test", image = ":base")
```""",
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | {
        "image": attr.label(doc = "The image, as in `image_test`.", mandatory = True, cfg = _both),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
