"""locale with the attributes of rules_distroless."""

load("//rules/private:locale.bzl", "locale")
load("//rules/private/compat:fields.bzl", "target_name")
load("//rules/private/compat:times.bzl", "seconds")

def compat_locale(name, package, charset = "C.utf8", time = "0.0", **kwargs):
    """One locale of libc-bin as a layer, and its copyright file. The package is not registered.

    Args:
      name: the target's name.
      package: `@HUB//libc-bin:data`, or a .deb.
      charset: the folder below `/usr/lib/locale`.
      time: time of every entry, seconds since 1970.
      **kwargs: attributes that all rules have.
    """
    locale(
        name = name,
        charset = charset,
        mtime = seconds(target_name(name), time),
        package = package,
        registered = False,
        **kwargs
    )
