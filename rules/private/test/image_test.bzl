"""image_test: tests the content and the behaviour of an image, without a daemon."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/test:checks.bzl", "CHECKS")
load("//rules/private/test:image_test_run.bzl", "AGAINST_ATTRS", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "LIBRARIES_ATTRS", "PROFILE_ATTRS", "against_flags", "declared_flags", "image_flags", "libraries_flags", "run_image_test")

_DOC = """Tests an image of distroless, of rules_oci, or any other OCI image layout directory or archive.

It needs neither a daemon nor Docker, and tests images for any architecture.

`configs` are files of [container-structure-test](https://github.com/GoogleContainerTools/container-structure-test).
Tests of files and metadata read the layers. Tests of commands run in Linux namespaces with a private root directory;
for other architectures they run under qemu-user, if it is installed. Tests that this machine cannot run are skipped,
and listed as skipped in the table and in the JUnit XML. `checks` adds general checks, which docs/guides/testing_images.md
describes. The test reads each layer once.

```starlark
image_test(name = "server_test", image = ":server", configs = ["server.yaml"], checks = ["layers", "closure"])
```"""

def _names(checks):
    return ", ".join(["`%s`" % check for check in checks])

def _image_test_impl(ctx):
    if not ctx.files.configs and not ctx.attr.checks and not ctx.attr.relation:
        fail("cannot test `%s`: it tests nothing; set `configs`, `checks` or `relation`" % ctx.label)
    for check in ctx.attr.checks:
        if check not in CHECKS:
            fail("cannot test `%s`: checks: unknown check `%s`; expected one of %s" % (ctx.label, check, _names(CHECKS)))
    flags = ["--config=" + file.short_path for file in ctx.files.configs] + ["--check=" + check for check in ctx.attr.checks]
    if ctx.attr.debug:
        flags.append("--debug")
    if ctx.attr.profile != "default":
        flags.append("--profile=" + ctx.attr.profile)
    parts = [image_flags(ctx), (flags, ctx.files.configs), declared_flags(ctx), libraries_flags(ctx), against_flags(ctx)]
    return run_image_test(ctx, parts)

image_test = rule(
    implementation = _image_test_impl,
    doc = _DOC,
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = IMAGE_TEST_ATTRS | DECLARED_ATTRS | LIBRARIES_ATTRS | PROFILE_ATTRS | AGAINST_ATTRS | {
        "checks": attr.string_list(doc = "General checks to run: %s. By default none. docs/guides/testing_images.md describes them." % _names(CHECKS)),
        "configs": attr.label_list(doc = "Files of container-structure-test, schema version 1.0.0 or 2.0.0, YAML or JSON.", allow_files = [".yaml", ".yml", ".json"]),
        "debug": attr.bool(doc = "Whether the image is for debugging. If true, the check `programs` allows shells and other tools."),
    },
)
