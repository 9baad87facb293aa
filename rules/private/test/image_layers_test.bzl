"""image_layers_test: strict rules for the layers of an image."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/test:image_test_run.bzl", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "PROFILE_ATTRS", "declared_flags", "image_flags", "run_image_test")

def _image_layers_test_impl(ctx):
    flags = ["--check=layers", "--profile=" + ctx.attr.profile]
    return run_image_test(ctx, [image_flags(ctx), (flags, []), declared_flags(ctx)])

image_layers_test = rule(
    implementation = _image_layers_test_impl,
    doc = """Checks that the layers of an image follow strict rules.

- Digests, sizes and media types are those of the [OCI image
  specification](https://github.com/opencontainers/image-spec/blob/main/spec.md), and each layer has a history entry.
- Parent directories come before their content, and no path occurs twice.
- No directory becomes a file or a link, and no layer changes the mode or the owner of a directory of a lower layer.
- Archives are complete. No name is absolute or contains `..`. User and group IDs are in the allowed range.
- The layers meet the requirements of `profile`.

```starlark
image_layers_test(name = "server_layers_test", image = ":server", profile = "openshift")
```""",
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | DECLARED_ATTRS | PROFILE_ATTRS,
)
