"""dpkg_statusd, with the attributes of rules_distroless."""

load("//rules/private/compat:compressions.bzl", "compression_of")
load("//rules/private/compat:fields.bzl", "target_name")
load("//rules/private/deb:dpkg_statusd.bzl", "dpkg_statusd")

def compat_dpkg_statusd(name, control, package_name, compression = "", **kwargs):
    """`/var/lib/dpkg/status.d/PACKAGE` and `PACKAGE.md5sums` as a layer.

    Args:
      name: the target's name.
      control: the control archive of the package.
      package_name: the name of the package, which is the name of the files.
      compression: `gzip` or `zstd`. If empty, the build setting decides.
      **kwargs: common attributes of all rules, such as `visibility`.
    """
    dpkg_statusd(
        name = name,
        compression = compression_of(target_name(name), "compression", compression),
        control = control,
        package_name = package_name,
        **kwargs
    )
