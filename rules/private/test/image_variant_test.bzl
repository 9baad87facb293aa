"""image_variant_test: an image differs from another one only as expected."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/test:image_test_run.bzl", "AGAINST_ATTRS", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "against_flags", "declared_flags", "image_flags", "run_image_test")

def _image_variant_test_impl(ctx):
    if not ctx.attr.relation:
        fail("cannot test `%s`: relation: the attribute is required" % ctx.label)
    return run_image_test(ctx, [image_flags(ctx), declared_flags(ctx), against_flags(ctx)])

image_variant_test = rule(
    implementation = _image_variant_test_impl,
    doc = """Checks that an image relates to another one as `relation` says, and that there are no other differences.

```starlark
image_variant_test(name = "server_nonroot_test", image = ":server_nonroot", against = ":server", relation = "nonroot")
```""",
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | DECLARED_ATTRS | AGAINST_ATTRS,
)
