"""deb_layer: one Debian package as one layer."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical", "canonical_mode")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """One Debian package as one layer: its files, and its `control` and `md5sums` below `var/lib/dpkg/status.d`.

The files are those of `dpkg-deb --extract` in the package's own order, with owners, modes and times as packed
(Debian Policy, chapter 3 and appendix B). No maintainer script is run.

```starlark
deb_layer(name = "netbase", deb = "netbase_6.4_all.deb")
```"""

def _deb_layer_impl(ctx):
    return layer_outputs(actions.deb_layer(
        ctx,
        deb = ctx.file.deb,
        sha256 = ctx.attr.sha256,
        package = ctx.attr.package,
        version = ctx.attr.version,
        architecture = ctx.attr.architecture,
        include = ctx.attr.include,
        merged_usr = ctx.attr.merged_usr,
        origin = ctx.attr.origin,
        size = ctx.attr.size,
    ))

_RULE = dict(
    implementation = _deb_layer_impl,
    doc = _DOC,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "architecture": attr.string(doc = "Debian's spelling of the architecture, or `all`; where given, another one in the package is an error."),
        "deb": attr.label(doc = "The package.", mandatory = True, allow_single_file = [".deb"]),
        "include": attr.string_list(doc = "Keep only these paths, a folder with all that is below it. `md5sums` is cut down to what is kept."),
        "merged_usr": attr.bool(doc = "For a distro in which `/bin` and its like are links into `/usr` (Debian 13): what the package has below them is put below `/usr`, as dpkg puts it."),
        "origin": attr.string(doc = "The source package; layers of one origin change together, which counts where layers are merged (`//rules/settings:layering`). By default the package."),
        "package": attr.string(doc = "The package's name; where given, another one in the package is an error."),
        "sha256": attr.string(doc = "SHA-256 of the file, 64 hexadecimal digits; where given, it is checked while the package is read."),
        "size": attr.int(doc = "Bytes of the package, to plan merged layers with."),
        "version": attr.string(doc = "The package's version; where given, another one in the package is an error."),
    },
)

deb_layer = rule(cfg = canonical_mode, **_RULE)

# For repositories of one package: builds the same layer for every target platform.
locked_deb_layer = rule(cfg = canonical, **_RULE)
