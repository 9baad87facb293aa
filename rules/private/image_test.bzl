"""image_test: what an image must have and do, without a daemon."""

load("//rules/private:image_test_run.bzl", "AGAINST_ATTRS", "DECLARED_ATTRS", "IMAGE_TEST_ATTRS", "LIBRARIES_ATTRS", "PROFILE_ATTRS", "against_flags", "declared_flags", "image_flags", "libraries_flags", "run_image_test")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")

_DOC = """Tests an image: ours, rules_oci's, any OCI layout folder or archive. No daemon, no Docker; on any architecture.

`configs` are files of container-structure-test. What is asked of files, contents and metadata is read from the layers; commands run
in a private root of namespaces, and those for other architectures under qemu-user where it is installed. What cannot run here is
skipped, and said so in the table and in the JUnit XML. `checks` adds what holds for every good image; all of it reads each layer once.

```starlark
image_test(name = "server_test", image = ":server", configs = ["server.yaml"], checks = ["layers", "closure"])
```"""

_CHECKS = ["all", "closure", "layers", "links", "modes", "ownership", "programs", "user"]

def _image_test_impl(ctx):
    if not ctx.files.configs and not ctx.attr.checks and not ctx.attr.relation:
        fail("cannot test `%s`: there is nothing to test: give `configs`, `checks` or `relation`" % ctx.label)
    for check in ctx.attr.checks:
        if check not in _CHECKS:
            fail("cannot test `%s`: checks: unknown check `%s`; there are %s" % (ctx.label, check, ", ".join(["`%s`" % check for check in _CHECKS])))
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
        "checks": attr.string_list(doc = "Of `closure`, `layers`, `links`, `modes`, `ownership`, `programs` and `user`, or `all`; docs/guides/testing_images.md says what each is."),
        "configs": attr.label_list(doc = "Files of container-structure-test, schema 1.0.0 or 2.0.0, YAML or JSON.", allow_files = [".yaml", ".yml", ".json"]),
        "debug": attr.bool(doc = "The image is for debugging: the check `programs` lets shells pass."),
    },
)
