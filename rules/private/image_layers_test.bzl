"""image_layers_test: the layers are as strict as ours."""

load("//rules/private:image_test_run.bzl", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "PROFILE_ATTRS", "declared_flags", "image_flags", "run_image_test")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")

def _image_layers_test_impl(ctx):
    flags = ["--check=layers", "--profile=" + ctx.attr.profile]
    return run_image_test(ctx, [image_flags(ctx), (flags, []), declared_flags(ctx)])

image_layers_test = rule(
    implementation = _image_layers_test_impl,
    doc = """The layers of an image are whole and strict: digests and sizes, a history entry each, parents before what is in them, no path twice, no directory that becomes
something else or whose mode or owner a layer changes, archives that end where they say, no absolute name and none with `..`, owners within bounds, media types of the specification; and what `profile` asks for.

```starlark
image_layers_test(name = "server_layers_test", image = ":server", profile = "openshift")
```""",
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | DECLARED_ATTRS | PROFILE_ATTRS,
)
