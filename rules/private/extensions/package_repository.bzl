"""The canonical names of the repositories of packages, which are those of several extensions (`deb_packages.bzl`)."""

load("//rules/private/extensions:lock.bzl", "repository_name")

# Key of packages in locks to a label of the extension that has them. `other` has those of all other keys.
MARKERS = {
    "all": Label("@deb_packages_all//:BUILD.bazel"),
    "amd64": Label("@deb_packages_amd64//:BUILD.bazel"),
    "arm64": Label("@deb_packages_arm64//:BUILD.bazel"),
    "armhf": Label("@deb_packages_armhf//:BUILD.bazel"),
    "other": Label("@deb_packages_other//:BUILD.bazel"),
    "ppc64el": Label("@deb_packages_ppc64el//:BUILD.bazel"),
    "riscv64": Label("@deb_packages_riscv64//:BUILD.bazel"),
    "s390x": Label("@deb_packages_s390x//:BUILD.bazel"),
}

def marker_name(key):
    """The name of the repository of an extension that says how Bazel names the others."""
    return "deb_packages_" + key

def sibling(label, name, of):
    """The canonical name of another repository of an extension.

    Args:
      label: a label in a repository of the extension.
      name: the name of that repository in the extension.
      of: the name of the other repository in the extension.

    Returns:
      The name, such as `distroless~~debian~hub`. Bazel 8 writes `+`.
    """
    return label.repo_name.removesuffix(name) + of

def package_repository(hub, package, key):
    """The canonical name of the repository of one Debian package.

    Args:
      hub: the name of the hub.
      package: the name of the package.
      key: the key of the package in the lock: the architecture or `all`.

    Returns:
      The name, without `@@`.
    """
    key_of_extension = key if key in MARKERS else "other"
    return sibling(MARKERS[key_of_extension], marker_name(key_of_extension), repository_name(hub, package, key))
