"""image_tests: the `image_test` of every image of one name for one distro, in a group for each architecture."""

load("//common:naming.bzl", "image_name")
load("//common:variables.bzl", "DISTROS", "VARIANTS")
load("//rules:test.bzl", "image_group_test", "image_test")
load("//tests/conformance:image_sboms_test.bzl", "image_sboms_test", "image_scan_test")
load("//tests/conformance:image_tools_test.bzl", "image_commands_test", "image_packages_test")

# The architecture that the packages of the other ones are compared with, and whose commands are always tested.
_FIRST = "amd64"

# The architectures whose commands are tested with an emulator: the most used one, and a big-endian one.
_EMULATED = ["arm64", "s390x"]

# The architectures that a scanner is tested with; package metadata has the same form for all.
_SCANNED = ["amd64", "arm64"]

def _shared(name):
    return "//tests/images/testdata:" + name

def image_test_files():
    """Exports the files for `image_tests` to all families, because some also apply to images built on others."""
    native.exports_files(
        native.glob(["*declared.json", "*.yaml"], allow_empty = True),
        visibility = ["//:__subpackages__"],
    )

def image_tests(
        name,
        family,
        distro,
        prefix = "",
        made = None,
        configs = [],
        plain = [],
        debug = [],
        commands = [],
        declared = [],
        debug_declared = [],
        subset_of = None,
        may_lack = False):
    """Declares a test for each variant and architecture, which makes all checks of its image and reads each layer once.

    The four variants for an architecture share most layers, so their tests run in one process (`…_images_test`), which
    reads each layer once. A single test (`…_nonroot_arm64_image_test`) has the tag `manual` and runs only if it is named.

    Tags select tests: the architecture, the distro, the family (`java`) and the image (`java17`). Single tests also
    have the variant as a tag (`latest`, `nonroot`, `debug`, `debug-nonroot`). A scanner checks the plain images
    (`NAME_scanner_test`, tag `scanner`).

    Args:
      name: not used; the names of the tests are those of their images.
      family: the family, such as `//static`.
      distro: the distro, such as `debian12`.
      prefix: the name of the image, such as `nossl`, if it is not the name of the family.
      made: the architectures to test. By default all of the distro.
      configs: files of container-structure-test for all variants.
      plain: further files for variants without BusyBox.
      debug: further files for variants with BusyBox.
      commands: further files for the plain variants on amd64. For two more architectures they run emulated on the first
        variant, in separate tests (`NAME_commands_test`, tag `commands`), because these need an emulator.
      declared: files with declared exceptions of all variants (docs/reference/formats/declared.md).
      debug_declared: files with further declared exceptions of the variants with BusyBox.
      subset_of: a family, such as `//base`, whose image contains all packages of this one.
      may_lack: whether an architecture may be unavailable on this machine. The SBOMs of each architecture then have
        a separate test.
    """
    for variant in VARIANTS:
        for architecture in made or DISTROS[distro].architectures:
            tested = image_name(distro, prefix, variant.debug, variant.nonroot, architecture)
            shared = [
                "all",
                distro,
                "debug" if variant.debug else "plain",
                "nonroot" if variant.nonroot else "root",
            ]
            run = []
            if architecture == _FIRST:
                run = [_shared("busybox.commands.yaml")] if variant.debug else commands
            image_test(
                name = tested + "_image_test",
                size = "small",
                checks = ["all"],
                configs = [_shared(file + ".yaml") for file in shared] + configs + (debug + [_shared("busybox.lacks.yaml")] if variant.debug else plain) + run,
                declared = [
                    _shared("all.declared.json"),
                ] + ([_shared("local.declared.json")] if DISTROS[distro].var_local else []) + declared + ([_shared("debug.declared.json")] + debug_declared if variant.debug else []),
                image = "%s:%s" % (family, tested),
                libraries = "//debian_packages:%s.libraries.json" % distro,
                # A sandbox has only one user, so commands could not run as another one.
                tags = _tags(family, distro, prefix, variant, architecture) + ["manual"] + (["no-sandbox"] if run else []),
                **_relation(family, distro, prefix, variant, architecture, subset_of)
            )
            if variant.debug or variant.nonroot:
                continue
            facts = {
                "architecture": architecture,
                "image": "%s:%s" % (family, tested),
                "tags": _tags(family, distro, prefix, variant, architecture),
            }
            if commands and architecture in _EMULATED:
                image_commands_test(name = tested + "_commands_test", configs = commands, **facts)
            if architecture in _SCANNED:
                image_packages_test(name = tested + "_scanner_test", declared = declared, **facts)
                image_scan_test(name = tested + "_sbom_scan_test", **facts)
    _sboms_tests(family, distro, prefix, made or DISTROS[distro].architectures, may_lack)
    for architecture in made or DISTROS[distro].architectures:
        image_group_test(
            name = image_name(distro, prefix, architecture = architecture) + "_images_test",
            size = "small",
            # Commands run only in images for the first architecture.
            tags = _tags(family, distro, prefix, None, architecture) + (["no-sandbox"] if architecture == _FIRST else []),
            tests = [
                ":%s_image_test" % image_name(distro, prefix, variant.debug, variant.nonroot, architecture)
                for variant in VARIANTS
            ],
        )

def _sboms_tests(family, distro, prefix, architectures, may_lack):
    """Declares the tests of the SBOMs of all images and indexes: `NAME_sboms_test`."""

    def images(architecture):
        names = [image_name(distro, prefix, variant.debug, variant.nonroot, architecture) for variant in VARIANTS]
        return ["%s:%s" % (family, name) for name in names]

    # The name without an architecture is that of the index.
    groups = {architecture: images(architecture) for architecture in [""] + architectures}
    if not may_lack:
        groups = {"": [image for group in groups.values() for image in group]}
    for architecture, group in groups.items():
        image_sboms_test(
            name = image_name(distro, prefix, architecture = architecture) + "_sboms_test",
            images = group,
            tags = [tag for tag in _tags(family, distro, prefix, None, architecture) if tag],
        )

def _tags(family, distro, prefix, variant, architecture):
    """The tags of a test. A test of all variants has no tag of a variant."""
    family = family.split("/")[-1]
    tags = [architecture, distro, family, prefix or family, "image"]
    if variant:
        words = [word for word, there in [("debug", variant.debug), ("nonroot", variant.nonroot)] if there]
        tags.append("-".join(words) or "latest")
    return {tag: None for tag in tags}.keys()

def _relation(family, distro, prefix, variant, architecture, subset_of):
    """The image to compare with: debug with plain, nonroot with the root variant, others with another architecture."""

    def other(**changes):
        parts = {"architecture": architecture, "debug": variant.debug, "nonroot": variant.nonroot} | changes
        return "%s:%s" % (family, image_name(distro, prefix, **parts))

    if variant.debug:
        return {"against": other(debug = False), "relation": "debug"}
    if variant.nonroot:
        return {"against": other(nonroot = False), "relation": "nonroot"}
    if subset_of:
        return {"against": "%s:%s" % (subset_of, image_name(distro, architecture = architecture)), "relation": "subset"}
    if architecture != _FIRST:
        return {"against": other(architecture = _FIRST), "against_platform": "linux/" + _FIRST, "relation": "packages"}
    return {}
