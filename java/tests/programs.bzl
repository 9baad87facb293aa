"""Tests that run Java in every image."""

load("//common:naming.bzl", "image_name")
load("//common:variables.bzl", "architectures_among")
load("//java:config.bzl", "RUNTIMES")
load("//rules:image.bzl", "image")
load("//tests/conformance:defs.bzl", "program_test")

# The architectures with tests of more than Java and a first program.
_THOROUGH = ["amd64", "arm64"]

def java_program_tests(name, programs, sources):  # buildifier: disable=unused-variable
    """Declares tests of each image. Debug images, which contain a JDK, are tested only for amd64.

    Args:
      name: not used; the names of the tests are those of their images.
      programs: the layer with `/programs.jar`.
      sources: the layer with its sources.
    """
    for distro, runtimes in RUNTIMES.items():
        for runtime in runtimes:
            image_prefix = "java%d" % runtime.version
            for architecture in architectures_among(distro, runtime.architectures):
                if architecture in _THOROUGH:
                    # The unchanged image does not trust the CA of the test; the nonroot image gets a key store with
                    # this CA. It has the same files, so slow tests under emulation are not repeated for it.
                    _test(programs, image_prefix, distro, architecture, False, ["java", "programs", "refused"], [])
                    again = ["java", "programs"] if architecture == "amd64" else []
                    trust = "//tests/conformance/tls:java_keystore_" + distro
                    _test(programs, image_prefix, distro, architecture, True, again + ["accepted"], [trust])
                else:
                    _test(programs, image_prefix, distro, architecture, False, ["java"], [])
            _jdk_test(sources, image_prefix, distro)

def _test(programs, prefix, distro, architecture, nonroot, cases, layers):
    tested = image_name(distro, prefix, architecture = architecture, nonroot = nonroot)
    image(
        name = tested + "_with_server",
        testonly = True,
        base = "//java:" + tested,
        layers = [programs, "//tests/conformance/tls:server"] + layers,
    )
    program_test(
        name = tested + "_programs_test",
        architecture = architecture,
        cases = _cases(cases),
        image = tested + "_with_server",
    )

def _jdk_test(sources, prefix, distro):
    tested = image_name(distro, prefix)
    image(
        name = tested + "_jdk",
        testonly = True,
        base = "//java:" + image_name(distro, prefix, debug = True, architecture = "amd64"),
        layers = [sources],
    )
    program_test(
        name = tested + "_jdk_programs_test",
        cases = _cases(["javac"]),
        image = tested + "_jdk",
    )

def _cases(names):
    return ["//java/testdata:%s.cases.json" % name for name in names]
