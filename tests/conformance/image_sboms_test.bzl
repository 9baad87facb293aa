"""Tests of the SBOMs of images, with the validators of other projects and with a scanner."""

load("//tests/conformance:command.bzl", "command_line", "platform_name", "sample_tag", "theme_test")

_WRITER = "//tools/evidence_writer"

def image_sboms_test(name, images, tags = [], is_sampled = True):
    """Checks that validators accept the SBOMs of images and indexes in all formats (theme `sboms`).

    One test has many images, because a validator takes seconds to start, and images share most of their content. They
    are divided into samples, because each takes up to half a minute.

    Args:
      name: the test's name.
      images: the images and indexes.
      tags: tags of the test, in addition to `sbom`.
      is_sampled: whether the test has the tag of a sample.
    """
    native.filegroup(
        name = name + "_contents",
        testonly = True,
        srcs = images,
        output_group = "contents",
        tags = ["manual"],
    )
    command = command_line()
    options = [
        "--writer=" + command.path(_WRITER),
        "--program=" + command.path("//tests/conformance/sbom:validate_sboms.py"),
    ]
    command.data[":%s_contents" % name] = None
    options.append("$(rootpaths :%s_contents)" % name)

    # Tests of several families have the same name.
    sample = [sample_tag(native.package_name() + ":" + name)] if is_sampled else []
    theme_test(name, "sboms", command, options, size = "large", tags = tags + ["sbom"] + sample)

def image_scan_test(name, image, architecture, tags = []):
    """Checks that the SBOM of an image has the packages that syft finds in the image (theme `scanned`).

    Args:
      name: the test's name.
      image: the image.
      architecture: the OCI architecture name of the image.
      tags: tags of the test, in addition to `sbom` and `scanner`.
    """
    native.filegroup(
        name = name + "_contents",
        testonly = True,
        srcs = [image],
        output_group = "contents",
        tags = ["manual"],
    )
    command = command_line()
    options = [
        "--writer=" + command.path(_WRITER),
        "--contents=" + command.path(":%s_contents" % name),
        "--image=" + command.path(image),
        "--platform=" + platform_name(architecture),
    ]
    theme_test(name, "scanned", command, options, size = "medium", tags = tags + ["sbom", "scanner"])
