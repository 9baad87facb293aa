"""A replacement for `@rules_distroless//distroless:defs.bzl` of 0.9, with the same names, attributes and defaults.

`cacerts`, `java_keystore` and `os_release` write files with mode 0644; in 0.8 the mode is 0555. Everything else is the
same as in `distroless.bzl`."""

load("//rules/private/compat:accounts.bzl", "compat_group", "compat_passwd")
load("//rules/private/compat:cacerts.bzl", "compat_cacerts_0_9")
load("//rules/private/compat:flatten.bzl", "compat_flatten")
load("//rules/private/compat:home.bzl", "compat_home")
load("//rules/private/compat:java_keystore.bzl", "compat_java_keystore_0_9")
load("//rules/private/compat:locale.bzl", "compat_locale")
load("//rules/private/compat:os_release.bzl", "compat_os_release_0_9")

cacerts = compat_cacerts_0_9
flatten = compat_flatten
group = compat_group
home = compat_home
java_keystore = compat_java_keystore_0_9
locale = compat_locale
os_release = compat_os_release_0_9
passwd = compat_passwd
