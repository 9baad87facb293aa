"""locale, with the attributes of rules_distroless."""

load("//rules/private/compat:fields.bzl", "target_name")
load("//rules/private/compat:times.bzl", "seconds")
load("//rules/private/layer:locale.bzl", "locale")

def compat_locale(name, package, charset = "C.utf8", time = "0.0", **kwargs):
    """One locale of the package libc-bin as a layer, and its copyright file. Scanners do not find the package.

    Args:
      name: the target's name.
      package: `@HUB//libc-bin:data`, or a `.deb` file.
      charset: the directory below `/usr/lib/locale`.
      time: the modification time of every entry, in seconds since 1970.
      **kwargs: common attributes of all rules, such as `visibility`.
    """
    locale(
        name = name,
        charset = charset,
        mtime = seconds(target_name(name), time),
        package = package,
        registered = False,
        **kwargs
    )
