"""Programs that need only the base images, for every architecture: one in C, and openssl."""

load("//base:config.bzl", "PACKAGES")
load("//common:naming.bzl", "image_name")
load("//common:packages.bzl", "package_layers")
load("//common:variables.bzl", "DISTROS")
load("//rules:image.bzl", "image")
load("//tests/conformance:defs.bzl", "program_test")
load("//tests/conformance/programs:defs.bzl", "program_layer")

def base_program_tests(name):  # buildifier: disable=unused-variable
    """Declares the tests of the plain images.

    Args:
      name: not used; the names of the tests are those of their images.
    """
    for distro in PACKAGES[""]:
        for architecture in DISTROS[distro].architectures:
            _test(distro, "nossl", architecture, False, ["hello"], [program_layer(distro, "hello", architecture)])

            # The image of Debian 11 already has openssl.
            added = [package for package in ["openssl"] if package not in PACKAGES[""][distro]]
            openssl = package_layers(distro, added, architecture) + ["//tests/conformance/tls:server"]

            # The unchanged image does not trust the CA of the test; the nonroot image gets a layer with this CA.
            _test(distro, "", architecture, False, ["refused"], openssl)
            _test(distro, "", architecture, True, ["accepted"], openssl + ["//tests/conformance/tls:cacerts_" + distro])

def _test(distro, prefix, architecture, nonroot, cases, layers):
    tested = image_name(distro, prefix, architecture = architecture, nonroot = nonroot)
    image(
        name = tested + "_with_programs",
        testonly = True,
        base = "//base:" + tested,
        layers = layers,
    )
    program_test(
        name = tested + "_programs_test",
        architecture = architecture,
        cases = ["//base/testdata:%s.cases.json" % file for file in cases],
        image = tested + "_with_programs",
    )
