"""The names under which Google publishes the images (`gcr.io/distroless/NAME-DISTRO:TAG`), and our targets for them."""

load("//common:naming.bzl", "image_name", "join_image_name", "published_tag")
load("//common:variables.bzl", "DEFAULT_DISTRO", "DISTROS", "VARIANTS")
load("//rules:architectures.bzl", "architectures")
load("//rules:messages.bzl", "nearest")

# The repository of Google's images, which are `NAME-DISTRO:TAG`. Users who replace them know this name; our images do
# not contain it.
_GOOGLE = "gcr.io/distroless"

def _row(family, image = "", base = ""):
    """A published image: its family, its name in the family, and the published name of the image that it is built on."""
    return struct(base = base, family = family, image = image)

# Published name without distro, in the order of docs/images.md. To add a family, add its rows here.
# `//common/tests:published_test` compares the names with all image sets.
PUBLISHED = {
    "static": _row("static"),
    "base": _row("base", base = "static"),
    "base-nossl": _row("base", "nossl", base = "static"),
    "cc": _row("cc", base = "base"),
    "python3": _row("python3", base = "cc"),
    "java-base": _row("java", "base", base = "base-nossl"),
    "java11": _row("java", "java11", base = "java-base"),
    "java17": _row("java", "java17", base = "java-base"),
    "java21": _row("java", "java21", base = "java-base"),
    "java25": _row("java", "java25", base = "java-base"),
    "nodejs18": _row("nodejs", "nodejs18", base = "cc"),
    "nodejs20": _row("nodejs", "nodejs20", base = "cc"),
    "nodejs22": _row("nodejs", "nodejs22", base = "cc"),
    "nodejs24": _row("nodejs", "nodejs24", base = "cc"),
    "nodejs26": _row("nodejs", "nodejs26", base = "cc"),
}

# The target of `image_sets` of each family, in the order of PUBLISHED.
IMAGE_SETS = {"//%s:images" % row.family: None for row in PUBLISHED.values()}.keys()

def published_sets():
    """The commands that push the images of a family, of all families whose build setting `published` is true.

    Returns:
      A list of labels, as a sum of selects.
    """
    sets = []
    for family in {row.family: None for row in PUBLISHED.values()}:
        sets = sets + select({
            "//%s:is_published" % family: ["//%s:publish" % family],
            "//conditions:default": [],
        })
    return sets

def _images_above():
    """The length of the longest chain of images that are built on each image."""
    above = {}
    for name in PUBLISHED:
        current = name
        for length in range(1, len(PUBLISHED)):
            current = PUBLISHED[current].base
            if not current:
                break
            above[current] = max(above.get(current, 0), length)
    return above

_ABOVE = _images_above()

def image_row(published):
    """The place of an image among all images.

    Args:
      published: its published name without distro, such as `base-nossl`.

    Returns:
      A struct of `base`, the label of its base image without distro (`//base:nossl`), or None; and `above`, the length
      of the longest chain of images that are built on it. Fails if there is no such image.
    """
    if published not in PUBLISHED:
        fail("cannot make image `%s`: it is not in PUBLISHED of common/published.bzl\nhint: add it there, with the image that it is built on" % published)
    base = PUBLISHED[published].base
    label = None
    if base:
        row = PUBLISHED[base]
        label = "//%s:%s" % (row.family, row.image) if row.image else "//" + row.family
    return struct(above = _ABOVE.get(published, 0), base = label)

_VARIANTS = {published_tag(variant.debug, variant.nonroot): variant for variant in VARIANTS}

def _listed(names):
    return ", ".join(["`%s`" % name for name in names])

def _refused(image, cause, near = [], hint = ""):
    return struct(
        label = None,
        problem = "cannot use image `%s`: %s%s%s" % (
            image,
            cause,
            "; similar names: " + _listed(near) if near else "",
            "\nhint: " + hint if hint else "",
        ),
    )

def _tag(tag):
    """Splits a tag: the variant, or None, and the architecture, or an empty string."""
    for architecture in architectures.all:
        if tag == architecture or tag.endswith("-" + architecture):
            return _VARIANTS.get(tag.removesuffix(architecture).removesuffix("-") or "latest"), architecture
    return _VARIANTS.get(tag), ""

def published_target(image, tag = "latest", architecture = "", platform = False):
    """The target for an image that Google publishes.

    Args:
      image: the name of the image, such as `gcr.io/distroless/java21-debian13`. The part before the last slash is
        optional. A name without a distro means the default distro.
      tag: `latest`, `nonroot`, `debug` or `debug-nonroot`, with or without an architecture (`nonroot-arm64`).
      architecture: the OCI architecture name. If empty, the architecture of the tag; without one, the index.
      platform: whether to return the image for the target platform instead of the index.

    Returns:
      A struct of `label` (`//java:java21_debian13_nonroot_arm64`, or None) and `problem` (a message, or None).
    """
    shown = "%s:%s" % (image, tag)
    repository, _, published = image.rpartition("/")
    if repository and repository != _GOOGLE:
        return _refused(shown, "it is not an image of %s" % _GOOGLE, hint = "keep pulling it as before")
    name, dash, distro = published.rpartition("-debian")
    distro = "debian" + distro if dash else DEFAULT_DISTRO
    name = name if dash else published
    if name not in PUBLISHED:
        return _refused(shown, "there is no image `%s`" % name, nearest(name, PUBLISHED), "use one of " + _listed(PUBLISHED))
    if distro not in DISTROS:
        return _refused(shown, "there are no images of `%s`" % distro, hint = "use one of " + _listed(DISTROS))
    variant, from_tag = _tag(tag)
    if not variant:
        return _refused(shown, "there is no tag `%s`" % tag, hint = "use one of %s, each also with an architecture at its end: `latest-arm64`" % _listed(_VARIANTS))
    if architecture and from_tag and architecture != from_tag:
        return _refused(shown, "its tag is for %s, but the platform is for %s" % (from_tag, architecture))
    architecture = architecture or from_tag
    family, prefix = PUBLISHED[name].family, PUBLISHED[name].image
    if platform and not architecture:
        target = image_name(distro, prefix, variant.debug, variant.nonroot, platform = True)
    else:
        target = join_image_name(distro, prefix, variant.debug, variant.nonroot, architecture)
    return struct(label = "//%s:%s" % (family, target), problem = None)
