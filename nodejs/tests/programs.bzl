"""node itself is asked, in every image that is judged."""

load("//common:naming.bzl", "image_name")
load("//nodejs:config.bzl", "RUNTIMES")
load("//rules:image.bzl", "image")
load("//tools/judges:defs.bzl", "program_test")

def node_program_tests(name, judged, programs):  # buildifier: disable=unused-variable
    """Tests of each plain image, and of the nonroot ones for amd64: they have the same files, and emulating takes long.

    Args:
      name: not used: the tests are named after their images.
      judged: major version to architectures.
      programs: the layer with what node runs.
    """
    for distro, runtimes in RUNTIMES.items():
        for runtime in runtimes:
            for architecture in judged[runtime.major]:
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
