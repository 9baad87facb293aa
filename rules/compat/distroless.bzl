"""A replacement for `@rules_distroless//distroless:defs.bzl` of 0.8, with the same names, attributes and defaults.

In 0.9, the default mode of some files is different: use `distroless_0_9.bzl`."""

load("//rules/private/compat:accounts.bzl", "compat_group", "compat_passwd")
load("//rules/private/compat:cacerts.bzl", "compat_cacerts")
load("//rules/private/compat:flatten.bzl", "compat_flatten")
load("//rules/private/compat:home.bzl", "compat_home")
load("//rules/private/compat:java_keystore.bzl", "compat_java_keystore")
load("//rules/private/compat:locale.bzl", "compat_locale")
load("//rules/private/compat:os_release.bzl", "compat_os_release")

cacerts = compat_cacerts
flatten = compat_flatten
group = compat_group
home = compat_home
java_keystore = compat_java_keystore
locale = compat_locale
os_release = compat_os_release
passwd = compat_passwd
