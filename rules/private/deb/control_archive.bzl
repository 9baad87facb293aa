"""control_archive: the control archive of a Debian package."""

load("//rules/private:canonical.bzl", "TRANSITION_ATTRS", "canonical_mode")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")

_DOC = """The control archive of a Debian package: `control`, `md5sums` and the maintainer scripts.

The content does not change; the compression is gzip. Debian Policy describes the files in
[appendix B](https://www.debian.org/doc/debian-policy/ap-pkg-binarypkg.html).

```starlark
control_archive(name = "netbase_control", deb = "netbase_6.4_all.deb")
```"""

def _control_archive_impl(ctx):
    return [DefaultInfo(files = depset([layer_actions.control_archive(ctx, ctx.file.deb)]))]

control_archive = rule(
    implementation = _control_archive_impl,
    doc = _DOC,
    cfg = canonical_mode,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = TRANSITION_ATTRS | {
        "deb": attr.label(doc = "The Debian package, a `.deb` file.", mandatory = True, allow_single_file = [".deb"]),
    },
)
