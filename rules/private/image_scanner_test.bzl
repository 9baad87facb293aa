"""image_scanner_test: others' scanners see what is in an image."""

load("//rules/private:image_test_run.bzl", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "declared_flags", "image_flags", "run_image_test")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")

def _image_scanner_test_impl(ctx):
    if bool(ctx.attr.scanner) == bool(ctx.attr.scanned):
        fail("cannot test `%s`: give either `scanner`, the program, or `scanned`, what it found" % ctx.label)
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
    doc = """A scanner finds every Debian package of an image, with its version, architecture, source package and distro, and nothing that is neither a package nor declared (`scanned`).

What it finds is a bill of materials in CycloneDX's JSON, which it writes to standard output. By default the arguments are those of syft; `{image}` is the path of the image.

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
            doc = "What the scanner is told.",
            default = ["scan", "--quiet", "oci-dir:{image}", "--output=cyclonedx-json"],
        ),
        "scanned": attr.label(doc = "What a scanner found, where it is run elsewhere: CycloneDX's JSON.", allow_single_file = [".json"]),
        "scanner": attr.label(doc = "The scanner.", executable = True, cfg = "exec"),
    },
)
