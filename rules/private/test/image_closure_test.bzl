"""image_closure_test: programs find their libraries in the image."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/test:image_test_run.bzl", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "LIBRARIES_ATTRS", "declared_flags", "image_flags", "libraries_flags", "run_image_test")

def _image_closure_test_impl(ctx):
    return run_image_test(ctx, [image_flags(ctx), (["--check=closure"], []), declared_flags(ctx), libraries_flags(ctx)])

image_closure_test = rule(
    implementation = _image_closure_test_impl,
    doc = """Checks that an image contains the loader, the libraries and the symbol versions that its ELF files need.

The test searches for libraries (`DT_NEEDED`) as [ld.so(8)](https://man7.org/linux/man-pages/man8/ld.so.8.html) does.

```starlark
image_closure_test(name = "server_closure_test", image = ":server", libraries = "@distroless//debian_packages:debian12.libraries.json")
```""",
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | DECLARED_ATTRS | LIBRARIES_ATTRS,
)
