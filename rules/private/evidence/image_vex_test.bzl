"""image_vex_test: fails if Debian has fixed an issue that an image has."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/evidence:contents_of.bzl", "contents_of")
load("//rules/private/evidence:vex_attributes.bzl", "VEX_ATTRS", "vex_files")
load("//rules/private/evidence:writer_run.bzl", "writer_run")

_DOC = """Fails if Debian has fixed an issue of the image in a version that the image lacks. The message has the issues, the
versions and the command that updates the lock.

Issues without a fix in the release do not fail the test, because a build cannot change them.

```starlark
image_vex_test(
    name = "server_vex_test",
    image = ":server",
    tracker = "//debian_packages:tracker.json",
)
```"""

def _image_vex_test_impl(ctx):
    files = {"--contents": contents_of(ctx, "image", ctx.attr.image)} | vex_files(ctx)
    arguments = ["vex-gate", "--name=%s" % ctx.attr.image.label]
    arguments += ["%s=%s" % (option, file.short_path) for option, file in files.items()]
    return writer_run(ctx, ctx.toolchains[TOOLCHAIN_TYPE].evidence_writer.executable, arguments, files.values())

image_vex_test = rule(
    implementation = _image_vex_test_impl,
    doc = _DOC,
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = VEX_ATTRS | {
        "image": attr.label(doc = "The `image` or `image_index`.", mandatory = True, allow_files = True),
    },
)
