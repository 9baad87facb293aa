"""Programs that need only the cc images, for every architecture: one in C++, and one with OpenMP."""

load("//cc:config.bzl", "PACKAGES")
load("//common:naming.bzl", "image_name")
load("//common:variables.bzl", "DISTROS")
load("//rules:image.bzl", "image")
load("//tests/conformance:defs.bzl", "program_test")
load("//tests/conformance/programs:defs.bzl", "program_layer")

# With these variables, libgomp reports each thread that it starts.
_ENV = {
    "OMP_AFFINITY_FORMAT": "thread %n of %N",
    "OMP_DISPLAY_AFFINITY": "TRUE",
    "OMP_NUM_THREADS": "3",
}

def cc_program_tests(name, inputs):  # buildifier: disable=unused-variable
    """Declares a test of each plain image.

    Args:
      name: not used; the names of the tests are those of their images.
      inputs: the layer with the input files of the programs.
    """
    for distro in PACKAGES:
        for architecture in DISTROS[distro].architectures:
            tested = image_name(distro, architecture = architecture)
            image(
                name = tested + "_with_programs",
                testonly = True,
                base = "//cc:" + tested,
                env = _ENV,
                layers = [
                    program_layer(distro, package, architecture)
                    for package in ["fasttree", "ninja-build"]
                ] + [inputs],
            )
            program_test(
                name = tested + "_programs_test",
                architecture = architecture,
                cases = "//cc/testdata:cc.cases.json",
                image = tested + "_with_programs",
            )
