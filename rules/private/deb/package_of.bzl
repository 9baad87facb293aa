"""package_of: the `.deb` file of a label for a package."""

load("//rules/private/providers:layer_info.bzl", "LayerInfo")

PACKAGE_ATTR = attr.label(
    doc = "The package: `@HUB//PACKAGE:data`, or a `.deb` file.",
    mandatory = True,
    allow_files = True,
)

def package_of(ctx):
    """The `.deb` file of the attribute `package`. Fails if it is another file.

    Args:
      ctx: the context of a rule with PACKAGE_ATTR.

    Returns:
      A File.
    """
    target = ctx.attr.package
    if LayerInfo in target and target[LayerInfo].whole and len(target[LayerInfo].debs) == 1:
        return target[LayerInfo].debs[0]
    files = target[DefaultInfo].files.to_list()
    if len(files) == 1 and files[0].extension == "deb":
        return files[0]
    fail("cannot read `%s`: package: `%s` is not a Debian package; found %s\nhint: use `@HUB//PACKAGE:data` of a debian.install(), or a .deb file; an unpacked tree no longer identifies its package" % (
        ctx.label,
        target.label,
        ", ".join(["`%s`" % file.basename for file in files]) or "no file",
    ))
