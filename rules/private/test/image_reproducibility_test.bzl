"""image_reproducibility_test: the digest of an image does not depend on the compilation mode."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/test:image_test_run.bzl", "IMAGE_TEST_ATTRS", "run_image_test", "the_file")

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
    doc = """Builds an image in the compilation modes `fastbuild` and `opt`, and checks that the digests are equal.

Each mode has its own output directory. If the digests differ, the test lists the files that differ. Compiled code
usually differs between the modes: use this test for images of other files, such as packages, scripts and data.

```starlark
image_reproducibility_test(name = "base_reproducibility_test", image = ":base")
```""",
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | {
        "image": attr.label(doc = "The image, a target as for `image_test`.", mandatory = True, cfg = _both),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
