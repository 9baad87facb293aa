"""image_ownership_test: every file of an image belongs to a package or is declared."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/test:image_test_run.bzl", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "declared_flags", "image_flags", "run_image_test")

def _image_ownership_test_impl(ctx):
    flags = ["--check=ownership", "--check=links", "--check=modes", "--check=programs"] + (["--debug"] if ctx.attr.debug else [])
    return run_image_test(ctx, [image_flags(ctx), (flags, []), declared_flags(ctx)])

image_ownership_test = rule(
    implementation = _image_ownership_test_impl,
    doc = """Checks that each file of an image belongs to exactly one Debian package, or is declared.

The content of a file must match the `md5sums` of its package. The test also checks that no symbolic link is dangling,
that no file is setuid, setgid or writable for everyone, and that the image contains no shell, no package manager and no
similar program. `debug` allows such programs.

```starlark
image_ownership_test(name = "server_ownership_test", image = ":server", declared = ["declared.json"])
```""",
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | DECLARED_ATTRS | {
        "debug": attr.bool(doc = "Whether the image is for debugging. If true, the test allows shells and similar programs."),
    },
)
