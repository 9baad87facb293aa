"""Tests that run node in images."""

load("//common:naming.bzl", "image_name")
load("//nodejs:config.bzl", "RUNTIMES")
load("//rules:image.bzl", "image")
load("//tests/conformance:defs.bzl", "program_test")

def node_program_tests(name, tested, programs):  # buildifier: disable=unused-variable
    """Declares tests of each plain image, and of the nonroot images for amd64.

    Nonroot images have the same files, and emulation is slow, so they are not tested for other architectures.

    Args:
      name: not used; the names of the tests are those of their images.
      tested: dict of major versions to the architectures to test.
      programs: the layer with the programs that node runs.
    """
    for distro, runtimes in RUNTIMES.items():
        for runtime in runtimes:
            for architecture in tested[runtime.major]:
                for nonroot in [False, True] if architecture == "amd64" else [False]:
                    _test(image_name(
                        distro,
                        "nodejs%d" % runtime.major,
                        architecture = architecture,
                        nonroot = nonroot,
                    ), architecture, programs)

def _test(tested, architecture, programs):
    image(
        name = tested + "_with_programs",
        testonly = True,
        base = "//nodejs:" + tested,
        layers = [programs],
    )
    program_test(
        name = tested + "_programs_test",
        architecture = architecture,
        cases = "//nodejs/testdata:nodejs.cases.json",
        image = tested + "_with_programs",
    )
