"""The annotations of the images: keys that OCI defines, and keys of this project."""

load("//common:naming.bzl", "published_name", "published_tag")
load("//common:packages.bzl", "distro_lock")
load("//common:variables.bzl", "DISTROS")

# The copyright file of each package is in the image and has its licences (SPDX 2.3, annex D: a licence that is
# described in another document).
_LICENSES = "LicenseRef-Debian-copyright"

def published_reference(distro, family, prefix = "", variant = None):
    """The name of an image in the repository of its publisher, with the tag of the variant: `static-debian12:latest`."""
    tag = published_tag(variant.debug, variant.nonroot) if variant else published_tag()
    return "%s-%s:%s" % (published_name(family, prefix), distro, tag)

def image_annotations(distro, family, prefix = "", version = "", licenses = [], end_of_life = ""):
    """The annotations of an image, for all its variants.

    Annotations that begin with `org.opencontainers.image.` describe this image only, and images built on it do not
    inherit them: they are at the descriptor of the image (`is_base` of `image`), also `base.name` and `base.digest` of
    the base, `source`, `url`, `documentation` and `vendor` of the publisher (`//common:publisher`), and `revision` in a
    build with `--stamp`. The others are in the manifest.

    Args:
      distro: the distro, such as `debian12`.
      family: the package of the family, such as `base`.
      prefix: the name of the image, such as `nossl`, if it is not the name of the family.
      version: the version of the language. By default the number of the distro.
      licenses: SPDX expressions for the content that is not a Debian package.
      end_of_life: the day on which support of the language ends, such as `2027-04-30`, if it is not that of the distro.

    Returns:
      A dict of strings.
    """
    snapshot = distro_lock(distro).snapshot
    facts = DISTROS[distro]
    return {
        # Also valid for derived images, so the key does not have the prefix that they do not inherit.
        "com.google.distroless.end-of-life": min([end_of_life or facts.end_of_life, facts.end_of_life]),
        "org.opencontainers.image.created": snapshot,
        "org.opencontainers.image.licenses": " AND ".join([_LICENSES] + licenses),
        "org.opencontainers.image.title": "%s-%s" % (published_name(family, prefix), distro),
        "org.opencontainers.image.version": "%s-%s" % (
            version or facts.number,
            snapshot.replace("-", "").replace(":", ""),
        ),
    }
