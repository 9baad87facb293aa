"""Conformance tests of the images of a family, with tools of other projects: `conformance_tests`, `program_test`."""

load("//common:naming.bzl", "image_name")
load("//common:packages.bzl", "LOCKS", "package_key", "package_label")
load("//common:variables.bzl", "DISTROS", "VARIANTS")
load("//rules:image.bzl", "image")
load("//tests/conformance:command.bzl", "ROOT", "command_line", "platform_name", "theme_test")
load("//tests/conformance:configurations_test.bzl", "same_in_all_configurations_test")
load("//tests/conformance:program_test.bzl", _program_test = "program_test")

program_test = _program_test

# Two engines that run at the same time only slow each other down.
_ENGINE = ROOT + ["exclusive-if-local"]

# The themes for a family with images that need all tests. A family that only adds packages to another one needs fewer:
# the results of `engine` and `emulated` for BusyBox and the four variants do not depend on the packages.
THEMES = ["layout", "contents", "variants", "runc", "engine", "emulated", "configurations"]

def conformance_tests(
        name,
        family,
        distro,
        packages,
        goldens,
        prefix = "",
        base = "",
        made = None,
        adds = [],
        debug = None,
        themes = THEMES,
        layouts = VARIANTS,
        all_platforms = True):
    """Declares the conformance tests of the images of a family for one distro.

    Args:
      name: the prefix of the names of the tests.
      family: the package of the images, such as `//static`.
      distro: the distro, such as `debian12`.
      packages: the packages that the plain image adds to its base.
      goldens: the golden files: a target with the same name as the directory that contains them.
        `./bazelw run` of `NAME_contents_test` with `-- --update` writes them.
      prefix: the name of the image, such as `nossl`, if it is not the name of the family.
      base: the base image, `//FAMILY` or `//FAMILY:NAME`. Its layers have separate golden files.
      made: the architectures of the images. By default all of the distro.
      adds: the history texts of the layers that the debug variants have below BusyBox.
      debug: the architectures whose debug variants are tested. By default all in `made`.
      themes: some of THEMES.
      layouts: the variants whose layouts are tested.
      all_platforms: whether to unpack the images for all architectures, and not only for amd64.
    """
    made = made or DISTROS[distro].architectures
    images = struct(
        adds = adds,
        all_platforms = all_platforms,
        architectures = made,
        base = base,
        debug = made if debug == None else debug,
        distro = distro,
        family = family,
        name = name,
        prefix = prefix,
    )
    used = VARIANTS if "engine" in themes else layouts if "layout" in themes else []
    for variant in used:
        _archives(images, variant)
    if "runc" in themes or "engine" in themes:
        _guests(images)
    if "layout" in themes:
        # The contents test unpacks the images of these architectures to compare them; this test unpacks the others.
        compared = [] if "contents" not in themes else made if all_platforms else ["amd64"]
        _layout_test(images, layouts, [architecture for architecture in made if architecture not in compared])
    if "contents" in themes:
        _contents_test(images, goldens)
    if "variants" in themes:
        _variants_test(images)
    if "runc" in themes:
        _runc_test(images)
    if "engine" in themes:
        _engine_test(images)
    if "emulated" in themes:
        _emulated_test(images)
    if "configurations" in themes:
        same_in_all_configurations_test(
            name = name + "_configurations_test",
            size = "small",
            image = _label(images, VARIANTS[-1]),
            layers = _files_of_packages(images, packages).values(),
        )

def artifact_test(name, artifact, artifact_type, file):
    """Declares a test in which tools of other projects push an artifact of one file and pull it again.

    Args:
      name: the test's name.
      artifact: the `oci_artifact`.
      artifact_type: the media type of the artifact, or of its configuration.
      file: the file of the artifact.
    """
    command = command_line()
    options = ["--layout=" + command.path(artifact), "--artifact-type=" + artifact_type, "--file=" + command.path(file)]
    theme_test(name, "artifact", command, options, size = "small")

def dockerfiles_test(name, cases, data):
    """Declares a test in which a Docker engine builds Dockerfiles on our images and runs the results.

    Args:
      name: the test's name.
      cases: a JSON file in the format that `conformance dockerfiles --help` describes.
      data: the files that it names.
    """
    command = command_line()
    options = ["--cases=" + command.path(cases)]
    for label in data:
        command.path(label)
    theme_test(name, "dockerfiles", command, options, size = "large", tags = _ENGINE)

def golden_files(name, tests):
    """The golden files of one directory, which describe images as text.

    `./bazelw run …_contents_test -- --update` writes them.

    Args:
      name: the name of the directory.
      tests: the package of the tests that compare them.
    """
    native.filegroup(
        name = name,
        testonly = True,
        srcs = native.glob(
            [name + "/*"],
            # Allows a new distro, whose golden files are not written yet.
            allow_empty = True,
        ),
        visibility = [tests + ":__pkg__"],
    )

def _label(images, variant, architecture = "", platform = False):
    """The label of the image for an architecture or for the target platform, otherwise of the index."""
    return "%s:%s" % (images.family, image_name(images.distro, images.prefix, variant.debug, variant.nonroot, architecture, platform))

def _base_label(images, architecture):
    family, _, prefix = images.base.partition(":")
    return "%s:%s" % (family, image_name(images.distro, prefix, architecture = architecture))

def _variant_name(variant):
    parts = ["debug" if variant.debug else "", "nonroot" if variant.nonroot else ""]
    return "_".join([part for part in parts if part]) or "plain"

def _archive_of(images, variant, last):
    return "%s_%s_%s_archive" % (images.name, _variant_name(variant), last)

def _archives(images, variant):
    """Declares a target for the archive of each image."""
    labels = {architecture: _label(images, variant, architecture) for architecture in images.architectures} | {
        "index": _label(images, variant),
        "target": _label(images, variant, platform = True),
    }
    for last, label in labels.items():
        native.filegroup(
            name = _archive_of(images, variant, last),
            testonly = True,
            srcs = [label],
            output_group = "oci_tarball",
            # Built only if a test needs it.
            tags = ["manual"],
        )

def _guest_name(images, variant):
    return "%s_%s_guest" % (images.name, _variant_name(variant))

def _plain_variants():
    return [variant for variant in VARIANTS if not variant.debug]

def _guests(images):
    """Declares the plain images with a program on top, built as users build images: with the rules, on the index."""
    for variant in _plain_variants():
        name = _guest_name(images, variant)
        image(
            name = name,
            testonly = True,
            base = _label(images, variant),
            entrypoint = ["/guest"],
            layers = ["//tools/conformance/guest:guest_layer"],
        )
        native.filegroup(
            name = name + "_archive",
            testonly = True,
            srcs = [name],
            output_group = "oci_tarball",
        )

def _layout_test(images, variants, unpacked):
    """Declares one test for all variants, because they share most layers and each tool then reads a layer once."""
    command = command_line()
    options = ["--unpack=" + platform_name(architecture) for architecture in unpacked]
    targets = {architecture: [] for architecture in images.architectures}
    for variant in variants:
        name = _variant_name(variant)
        options += [
            "--index=%s=%s" % (name, command.path(_label(images, variant))),
            "--index-archive=%s=%s" % (name, command.path(":" + _archive_of(images, variant, "index"))),
        ]
        for architecture in images.architectures:
            place = "%s:%s" % (name, platform_name(architecture))
            options += [
                "--image=%s=%s" % (place, command.path(_label(images, variant, architecture))),
                "--archive=%s=%s" % (place, command.path(":" + _archive_of(images, variant, architecture))),
            ]
        target = command.path(_label(images, variant, platform = True))
        for architecture, of_architecture in targets.items():
            of_architecture.append("--target=%s:%s=%s" % (name, platform_name(architecture), target))
    theme_test(
        images.name + "_layout_test",
        "layout",
        command,
        options + select({
            "//rules/platforms:" + architecture: of_architecture
            for architecture, of_architecture in targets.items()
        }),
        size = "medium",
    )

def _contents_test(images, goldens):
    command = command_line()
    command.path(goldens)
    directory = goldens.removeprefix("//").replace(":", "/")
    options = ["--goldens=" + directory, "--snapshot=" + LOCKS[images.distro].snapshot]
    if not images.all_platforms:
        options.append("--unpack=" + platform_name("amd64"))
    if images.base:
        for architecture in images.architectures:
            layout = command.path(_base_label(images, architecture))
            options.append("--base=%s=%s" % (platform_name(architecture), layout))
    for variant in VARIANTS:
        for architecture in images.debug if variant.debug else images.architectures:
            layout = command.path(_label(images, variant, architecture))
            options.append("--image=%s:%s=%s" % (_variant_name(variant), platform_name(architecture), layout))
    theme_test(images.name + "_contents_test", "contents", command, options, size = "medium", tags = ROOT)

def _files_of_packages(images, packages):
    """Packages to their layers. Architectures that share a package file share an entry."""
    files = {}
    for package in packages:
        for architecture in images.architectures if images.all_platforms else ["amd64"]:
            key = (package, package_key(images.distro, package, architecture))
            files.setdefault(key, architecture)
    return {
        package_label(images.distro, package, architecture, "deb"): package_label(images.distro, package, architecture)
        for (package, _), architecture in files.items()
    }

def _variants_test(images):
    command = command_line()
    options = [
        "--images=" + ",".join([command.path(_label(images, variant, architecture)) for variant in VARIANTS])
        for architecture in images.debug
    ] + ["'--adds=%s'" % added for added in images.adds]
    theme_test(images.name + "_variants_test", "variants", command, options, size = "small")

def _distro_option(images):
    facts = DISTROS[images.distro]
    return "'--distro=Debian GNU/Linux %s (%s)'" % (facts.number, facts.codename)

def _runc_test(images):
    command = command_line()
    options = [_distro_option(images)]
    for variant in VARIANTS:
        if variant.debug:
            options.append("--debug=" + command.path(_label(images, variant, platform = True)))
        else:
            options.append("--guest=" + command.path(":" + _guest_name(images, variant)))
    theme_test(images.name + "_runc_test", "runc", command, options, size = "medium", tags = ROOT)

def _engine_test(images):
    command = command_line()
    options = [_distro_option(images)]

    def add(option, layout, archive):
        options.append("--%s=%s,%s" % (option, command.path(layout), command.path(archive)))

    for variant in VARIANTS:
        for architecture in images.architectures:
            add("image", _label(images, variant, architecture), ":" + _archive_of(images, variant, architecture))
        if variant.debug:
            add("debug", _label(images, variant, platform = True), ":" + _archive_of(images, variant, "target"))
        else:
            guest = ":" + _guest_name(images, variant)
            add("guest", guest, guest + "_archive")
    theme_test(images.name + "_engine_test", "engine", command, options, size = "large", tags = _ENGINE)

def _emulated_test(images):
    command = command_line()
    debug = [variant for variant in VARIANTS if variant.debug][0]
    options = [
        "--debug=%s=%s" % (platform_name(architecture), command.path(_label(images, debug, architecture)))
        for architecture in images.architectures
    ]
    theme_test(images.name + "_emulated_test", "emulated", command, options, size = "medium")
