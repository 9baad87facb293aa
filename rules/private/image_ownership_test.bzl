"""image_ownership_test: it is known where every file comes from."""

load("//rules/private:image_test_run.bzl", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "declared_flags", "image_flags", "run_image_test")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")

def _image_ownership_test_impl(ctx):
    flags = ["--check=ownership", "--check=links", "--check=modes", "--check=programs"] + (["--debug"] if ctx.attr.debug else [])
    return run_image_test(ctx, [image_flags(ctx), (flags, []), declared_flags(ctx)])

image_ownership_test = rule(
    implementation = _image_ownership_test_impl,
    doc = """Each file of an image is that of one Debian package, as its `md5sums` say, or declared; no symbolic link leads nowhere, nothing is setuid, setgid or writable for all,
and there is no shell, package manager or the like (`debug` lets those pass).

```starlark
image_ownership_test(name = "server_ownership_test", image = ":server", declared = ["declared.json"])
```""",
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | DECLARED_ATTRS | {
        "debug": attr.bool(doc = "The image is for debugging: shells are no problem."),
    },
)
