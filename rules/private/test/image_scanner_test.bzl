"""image_scanner_test: vulnerability scanners find the packages of an image."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/test:image_test_run.bzl", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "declared_flags", "image_flags", "run_image_test")

def _image_scanner_test_impl(ctx):
    if bool(ctx.attr.scanner) == bool(ctx.attr.scanned):
        fail("cannot test `%s`: set either `scanner` (a program) or `scanned` (its SBOM)" % ctx.label)
    if ctx.attr.scanned:
        file = ctx.file.scanned
        return run_image_test(ctx, [image_flags(ctx), (["--check=scanner", "--scanned=" + file.short_path], [file]), declared_flags(ctx)])
    program = ctx.executable.scanner
    flags = ["--check=scanner", "--scanner=" + program.short_path] + ["--scanner-argument=" + argument for argument in ctx.attr.arguments]
    return run_image_test(
        ctx,
        [image_flags(ctx), (flags, [program]), declared_flags(ctx)],
        runfiles = ctx.attr.scanner[DefaultInfo].default_runfiles,
    )

image_scanner_test = rule(
    implementation = _image_scanner_test_impl,
    doc = """Checks that a scanner finds every Debian package of an image.

The scanner must report the right version, architecture, source package and distro of each package. It may find other
components only if they are declared (`scanned` in a file of `declared`). It must write an SBOM in
[CycloneDX](https://cyclonedx.org/specification/overview/) JSON format to standard output. Set either `scanner` or
`scanned`.

```starlark
image_scanner_test(name = "server_syft_test", image = ":server", scanner = "@syft//:syft")

image_scanner_test(
    name = "server_trivy_test",
    arguments = ["image", "--quiet", "--offline-scan", "--input={image}", "--format=cyclonedx"],
    image = ":server",
    scanner = "@trivy//:trivy",
)
```""",
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | DECLARED_ATTRS | {
        "arguments": attr.string_list(
            doc = "Arguments of `scanner`. `{image}` is the path of the image. The default is for syft.",
            default = ["scan", "--quiet", "oci-dir:{image}", "--output=cyclonedx-json"],
        ),
        "scanned": attr.label(doc = "SBOM of the image in CycloneDX JSON format, if the scanner does not run in the test.", allow_single_file = [".json"]),
        "scanner": attr.label(doc = "The program to run, such as `@syft//:syft`.", executable = True, cfg = "exec"),
    },
)
