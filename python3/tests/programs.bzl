"""Tests that run Python in every image."""

load("//common:naming.bzl", "image_name")
load("//common:variables.bzl", "architectures_among")
load("//python3:config.bzl", "ARCHITECTURES", "IMAGES")
load("//rules:image.bzl", "image")
load("//tests/conformance:defs.bzl", "program_test")

# Distros with cases of programs that start other programs, which works only without emulation.
_WITH_NATIVE_CASES = ["debian11", "debian13"]

def python3_program_tests(name, programs):  # buildifier: disable=unused-variable
    """Declares a test of each image, except the debug images.

    Args:
      name: not used; the names of the tests are those of their images.
      programs: the layer with the programs.
    """
    for distro in IMAGES:
        for architecture in architectures_among(distro, ARCHITECTURES):
            # The unchanged image does not trust the CA of the test; the nonroot image gets a layer with this CA. It has
            # the same files, so slow tests under emulation are not repeated for it.
            _test(programs, distro, architecture, False, [distro, "refused"], [])
            again = [distro] if architecture == "amd64" else []
            _test(programs, distro, architecture, True, again + ["accepted"], ["//tests/conformance/tls:cacerts_" + distro])

def _test(programs, distro, architecture, nonroot, cases, layers):
    tested = image_name(distro, architecture = architecture, nonroot = nonroot)
    image(
        name = tested + "_with_programs",
        testonly = True,
        base = "//python3:" + tested,
        layers = [programs, "//tests/conformance/tls:server"] + layers,
    )
    native = [distro + ".native"] if architecture == "amd64" and distro in _WITH_NATIVE_CASES else []
    program_test(
        name = tested + "_programs_test",
        architecture = architecture,
        cases = ["//python3/testdata:%s.cases.json" % file for file in cases + native],
        image = tested + "_with_programs",
    )
