"""image_group_test: several image tests in one process."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:image_test_info.bzl", "ImageTestInfo")
load("//rules/private/test:image_test_run.bzl", "FLAGS_VARIABLE")

_DOC = """Runs several image tests in one process, which reads a layer that the images share only once.

Each image is tested as in its own test, and has its own table and its own suites in the JUnit XML. Give the single
tests the tag `manual`, so that Bazel does not run them a second time.

```starlark
image_group_test(name = "server_tests", tests = [":server_test", ":server_debug_test"])
```"""

def _image_group_test_impl(ctx):
    tests = [test[ImageTestInfo] for test in ctx.attr.tests]
    if not tests:
        fail("cannot test `%s`: tests: the list is empty" % ctx.label)
    tool = ctx.toolchains[TOOLCHAIN_TYPE].image_test
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = executable, target_file = tool.executable, is_executable = True)
    runfiles = ctx.runfiles().merge_all([test.runfiles for test in tests])
    return [
        DefaultInfo(executable = executable, runfiles = runfiles),
        RunEnvironmentInfo(environment = {FLAGS_VARIABLE: ":".join([test.flags.short_path for test in tests])}),
    ]

image_group_test = rule(
    implementation = _image_group_test_impl,
    doc = _DOC,
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "tests": attr.label_list(
            doc = "Image tests: targets of `image_test` and of the other rules `image_…_test`, except `image_reproducibility_test`.",
            mandatory = True,
            providers = [ImageTestInfo],
        ),
    },
)
