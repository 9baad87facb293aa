"""The names under which Google publishes the images (`gcr.io/distroless/NAME-DISTRO:TAG`), and our targets for them."""

load("//common:naming.bzl", "image_name", "published_tag", "spell_image_name")
load("//common:variables.bzl", "DEFAULT_DISTRO", "DISTROS", "REPOSITORY", "VARIANTS")
load("//rules:architectures.bzl", "architectures")
load("//rules:messages.bzl", "nearest")

# Published name without distro, to the family and the image's name in it. `//common/tests` compares it with all image
# sets.
PUBLISHED = {
    "base": ("base", ""),
    "base-nossl": ("base", "nossl"),
    "cc": ("cc", ""),
    "java-base": ("java", "base"),
    "java11": ("java", "java11"),
    "java17": ("java", "java17"),
    "java21": ("java", "java21"),
    "java25": ("java", "java25"),
    "nodejs18": ("nodejs", "nodejs18"),
    "nodejs20": ("nodejs", "nodejs20"),
    "nodejs22": ("nodejs", "nodejs22"),
    "nodejs24": ("nodejs", "nodejs24"),
    "nodejs26": ("nodejs", "nodejs26"),
    "python3": ("python3", ""),
    "static": ("static", ""),
}

_VARIANTS = {published_tag(variant.debug, variant.nonroot): variant for variant in VARIANTS}

def _listed(names):
    return ", ".join(["`%s`" % name for name in names])

def _said(image, cause, near = [], hint = ""):
    return struct(
        label = None,
        problem = "cannot take image `%s`: %s%s%s" % (
            image,
            cause,
            "; similar there: " + _listed(near) if near else "",
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
    if repository and repository != REPOSITORY:
        return _said(shown, "it is not one of %s" % REPOSITORY, hint = "keep pulling it as before")
    name, dash, distro = published.rpartition("-debian")
    distro = "debian" + distro if dash else DEFAULT_DISTRO
    name = name if dash else published
    if name not in PUBLISHED:
        return _said(shown, "there is no image `%s`" % name, nearest(name, PUBLISHED), "there are " + _listed(PUBLISHED))
    if distro not in DISTROS:
        return _said(shown, "there are no images of `%s`" % distro, hint = "there are those of " + _listed(DISTROS))
    variant, from_tag = _tag(tag)
    if not variant:
        return _said(shown, "there is no tag `%s`" % tag, hint = "there are %s, each also with an architecture at its end: `latest-arm64`" % _listed(_VARIANTS))
    if architecture and from_tag and architecture != from_tag:
        return _said(shown, "its tag is for %s, the platform for %s" % (from_tag, architecture))
    architecture = architecture or from_tag
    family, prefix = PUBLISHED[name]
    if platform and not architecture:
        target = image_name(distro, prefix, variant.debug, variant.nonroot, platform = True)
    else:
        target = spell_image_name(distro, prefix, variant.debug, variant.nonroot, architecture)
    return struct(label = "//%s:%s" % (family, target), problem = None)
