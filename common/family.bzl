"""What every family of images does alike: variants, architectures, indexes, the image of the target platform."""

load("//common:naming.bzl", "image_name", "spell_image_name")
load("//common:variables.bzl", "DEBUG_ENTRYPOINT", "DEBUG_ENV", "DISTROS", "NONROOT", "VARIANTS")
load("//rules:architectures.bzl", "architectures")
load("//rules:image.bzl", "image", "image_for_platform", "image_index", "unavailable_image")

_VISIBILITY = ["//visibility:public"]

def image_variants(distro, architecture, base, layers, env, created, name = ""):
    """The four variants of one image of one architecture.

    The plain image is made of `layers` on `base`; nonroot differs from it in its configuration only; debug is the plain
    image and the BusyBox layer.

    Args:
      distro: `debian12`, …
      architecture: OCI's spelling.
      base: label of the image below, or None.
      layers: labels of the layers of the plain image.
      env: environment that the image adds.
      created: time of creation, RFC 3339.
      name: the image's name where it is not the family's own.
    """
    plain = image_name(distro, name, architecture = architecture)
    image(
        name = plain,
        architecture = architecture,
        base = base,
        created = created,
        env = env,
        layers = layers,
        user = "0",
        visibility = _VISIBILITY,
        workdir = "/",
    )
    debug = image_name(distro, name, debug = True, architecture = architecture)
    image(
        name = debug,
        base = plain,
        created = created,
        entrypoint = DEBUG_ENTRYPOINT,
        env = DEBUG_ENV,
        layers = ["//common:busybox_" + architecture],
        visibility = _VISIBILITY,
    )
    for is_debug, root in [(False, plain), (True, debug)]:
        image(
            name = image_name(distro, name, debug = is_debug, nonroot = True, architecture = architecture),
            base = root,
            created = created,
            user = str(NONROOT),
            visibility = _VISIBILITY,
            workdir = "/home/nonroot",
        )

def image_indexes(distro, name = ""):
    """The index and the target-platform image of each variant, over the images that `image_variants` made.

    Args:
      distro: `debian12`, …
      name: the image's name where it is not the family's own.
    """
    made = DISTROS[distro].architectures
    for variant in VARIANTS:
        parts = {"debug": variant.debug, "nonroot": variant.nonroot}
        image_index(
            name = image_name(distro, name, **parts),
            images = [image_name(distro, name, architecture = architecture, **parts) for architecture in made],
            visibility = _VISIBILITY,
        )
        image_for_platform(
            name = image_name(distro, name, platform = True, **parts),
            image = select(
                {
                    "//rules/platforms:" + architecture: image_name(distro, name, architecture = architecture, **parts)
                    for architecture in made
                },
                no_match_error = "cannot pick an image of `%s` for the target platform: there are %s" % (
                    image_name(distro, name, **parts),
                    ", ".join(["linux/" + architecture for architecture in made]),
                ),
            ),
            visibility = _VISIBILITY,
        )
        _unavailable(distro, name, variant, made)

def _unavailable(distro, name, variant, made):
    """Names that people try: architectures that this distro lacks, and other spellings of those that it has."""
    wrong = {architecture: "" for architecture in architectures.all if architecture not in made}
    wrong |= {spelling: right for spelling, right in architectures.other_spellings.items() if right in made}
    for spelling, right in wrong.items():
        problem = architectures.problem(spelling)
        unavailable_image(
            name = spell_image_name(distro, name, variant.debug, variant.nonroot, spelling),
            instead = "//%s:%s" % (
                native.package_name(),
                image_name(distro, name, variant.debug, variant.nonroot, right),
            ) if right else "",
            reason = problem or "there is no %s image for `%s`; there are %s" % (
                distro,
                spelling,
                ", ".join(["`%s`" % architecture for architecture in made]),
            ),
            tags = ["manual"],
            visibility = _VISIBILITY,
        )
