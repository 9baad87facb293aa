"""packages_tests: the layer of every locked package contains the files that `dpkg-deb` unpacks."""

load("//common:cacerts.bzl", "cacerts_name")
load("//common:packages.bzl", "LOCKS", "package_files", "package_label")
load("//common:variables.bzl", "BUSYBOX_DISTRO", "DISTROS")
load("//tests/conformance:command.bzl", "ROOT", "command_line", "sample_tag", "theme_test")

def packages_tests(name, distro, large):
    """Declares a test for each architecture, which together test every package file of a lock once.

    The test of the first architecture contains the packages that all architectures share, and the layers with parts of
    a package. The tests of the other architectures are divided into samples.

    Args:
      name: the prefix of the names of the tests.
      distro: the distro, such as `debian12`.
      large: packages whose test is slow. For all architectures except the first they have a separate test, which runs
        only on request.
    """
    pairs = {architecture: [] for architecture in DISTROS[distro].architectures}
    first = pairs.keys()[0]
    slow = []
    for package in sorted(LOCKS[distro].packages):
        for architecture in package_files(distro, package):
            taken = slow if package in large and architecture != first else pairs[architecture]
            taken.append(("package", package_label(distro, package, architecture, "deb"), package_label(distro, package, architecture)))
    for architecture in package_files(distro, "ca-certificates"):
        deb = package_label(distro, "ca-certificates", architecture, "deb")
        pairs[architecture].append(("cacerts", deb, "//common:" + cacerts_name(distro, architecture)))
    for architecture, found in pairs.items():
        busybox = package_label(BUSYBOX_DISTRO, "busybox-static", architecture, "deb")
        test = "%s_%s_packages_test" % (name, architecture)
        tags = [] if architecture == first else [sample_tag(test)]
        _packages_test(test, found + [("busybox", busybox, "//common:busybox_" + architecture)], tags)
    if slow:
        _packages_test(name + "_large_packages_test", slow, ["manual"])

def _packages_test(name, pairs, tags):
    command = command_line()
    options = ["--%s=%s=%s" % (option, command.path(deb), command.path(layer)) for option, deb, layer in pairs]
    theme_test(name, "packages", command, options, size = "large", tags = ROOT + tags)
