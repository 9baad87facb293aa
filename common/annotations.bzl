"""The annotations of the images: the keys that OCI defines, and what this project says besides."""

load("//common:naming.bzl", "published_name", "published_tag")
load("//common:packages.bzl", "distro_lock")
load("//common:variables.bzl", "DISTROS", "PROJECT_URL", "REPOSITORY")

# The copyright file of each package is in the image and has its licences (SPDX 2.3, annex D: a licence that is
# described in another document).
_LICENSES = "LicenseRef-Debian-copyright"

def published_reference(distro, family, prefix = "", variant = None):
    """Where an image is published, with the variant's tag: `REPOSITORY/static-debian12:latest`."""
    tag = published_tag(variant.debug, variant.nonroot) if variant else published_tag()
    return "%s/%s-%s:%s" % (REPOSITORY, published_name(family, prefix), distro, tag)

def image_annotations(distro, family, prefix = "", version = "", licenses = [], end_of_life = ""):
    """The annotations of every image of a name, all its variants.

    Those that begin with `org.opencontainers.image.` are of this image only, and an image made on it takes over none of them:
    they are at the image's descriptor (`is_base` of `image`). `base.name` and `base.digest` come with the base, `revision` from
    `--stamp`; they are there, too. The others are in the manifest.

    Args:
      distro: `debian12`, …
      family: the family's package, `base`.
      prefix: the image's name where it is not the family's own.
      version: the version of the language that the image is for; by default the distro's number.
      licenses: SPDX expressions of what is no Debian package.
      end_of_life: the day on which the language's support ends, `2027-04-30`, where it has one of its own.

    Returns:
      A dict of strings.
    """
    snapshot = distro_lock(distro).snapshot
    facts = DISTROS[distro]
    return {
        # Also valid for derived images, so the key does not have the prefix that they do not inherit.
        "com.google.distroless.end-of-life": min([end_of_life or facts.end_of_life, facts.end_of_life]),
        "org.opencontainers.image.created": snapshot,
        "org.opencontainers.image.documentation": "%s/blob/main/%s/README.md" % (PROJECT_URL, family),
        "org.opencontainers.image.licenses": " AND ".join([_LICENSES] + licenses),
        "org.opencontainers.image.source": PROJECT_URL,
        "org.opencontainers.image.title": "%s-%s" % (published_name(family, prefix), distro),
        "org.opencontainers.image.url": PROJECT_URL,
        "org.opencontainers.image.version": "%s-%s" % (
            version or facts.number,
            snapshot.replace("-", "").replace(":", ""),
        ),
    }
