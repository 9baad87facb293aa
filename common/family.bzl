"""What every family of images does alike: variants, architectures, indexes, the image of the target platform, aliases."""

load("//common:annotations.bzl", "image_annotations", "published_reference")
load("//common:image_set.bzl", "image_set")
load("//common:naming.bzl", "image_name", "published_name", "published_tag", "spell_image_name")
load("//common:packages.bzl", "distro_lock")
load("//common:problems.bzl", "distro_problem", "made_problem")
load(
    "//common:variables.bzl",
    "DEBUG_ENTRYPOINT",
    "DEBUG_ENV",
    "DEFAULT_DISTRO",
    "DISTROS",
    "NONROOT",
    "VARIANTS",
)
load("//rules:architectures.bzl", "architectures")
load("//rules:image.bzl", "image", "image_for_platform", "image_index", "unavailable_image")
load("//rules:layer.bzl", "layer_stack")

_VISIBILITY = ["//visibility:public"]

def image_content(layers, env = {}, annotations = {}, debug_layers = [], version = ""):
    """What an image of one architecture has that its base has not.

    Args:
      layers: labels of the layers of the plain image.
      env: environment that the image adds.
      annotations: annotations of the manifest, besides those of every image.
      debug_layers: labels of what the debug variants add below BusyBox.
      version: the version of the language that the image is for.

    Returns:
      What `image_family` asks for.
    """
    return struct(annotations = annotations, debug_layers = debug_layers, env = env, layers = layers, version = version)

def image_family(
        name,
        content,
        prefix = "",
        base = None,
        above = 0,
        made = None,
        lacks = {},
        unseen = {},
        entrypoint = [],
        licenses = [],
        end_of_life = ""):
    """All images of one name for one distro: four variants of each architecture, their indexes, `_image`, aliases, `_set`.

    The plain image is its layers on the plain image of `base`; nonroot differs from it in its configuration only; debug is
    the plain image, its own debug layers and BusyBox. All four have the same base, and say so in their annotations.

    Args:
      name: the distro, `debian12`, …: what the names of the images have in the middle.
      content: a function from an architecture to `image_content(…)`.
      prefix: the image's name where it is not the family's own, such as `nossl`.
      base: the image below as `//FAMILY` or `//FAMILY:NAME`, or None.
      above: how many images stand on this one at most, one on the other.
      made: the architectures; by default all of the distro.
      lacks: architecture to why it is not among them, besides what the distro itself lacks.
      unseen: architecture that is made to why its image may be out of reach; the documentation leaves it out with that reason.
      entrypoint: the command that is run, in all variants; by default none, and a shell in debug.
      licenses: SPDX expressions of what in it is no Debian package.
      end_of_life: the day on which the language's support ends, `2027-04-30`, where it has one of its own.
    """
    problem = distro_problem("make images of", name, DISTROS) or made_problem(name, made or [], DISTROS[name].architectures)
    if problem:
        fail(problem)
    made = made or DISTROS[name].architectures
    for architecture in made:
        _stacks(name, prefix, architecture, base, above, content(architecture))
    for variant in VARIANTS:
        for architecture in made:
            _image(
                name,
                prefix,
                variant,
                architecture,
                base,
                content(architecture),
                entrypoint,
                licenses,
                end_of_life,
            )
        _index(name, prefix, variant, made)
        _unavailable(name, prefix, variant, made, lacks | DISTROS[name].lacks)
        if name == DEFAULT_DISTRO:
            _aliases(name, prefix, variant)
    _set(name, prefix, base, [architecture for architecture in made if architecture not in unseen], lacks | unseen)

def _base_label(base, distro, architecture, form = "%s:%s"):
    if not base:
        return None
    family, _, image = base.partition(":")
    return form % (family, image_name(distro, image, architecture = architecture))

def _stacks(distro, name, architecture, base, above, content):
    """The layers of all variants for one architecture, laid out once: those of the plain image, and what debug has on them."""
    plain = "layers_" + image_name(distro, name, architecture = architecture)
    layer_stack(
        name = plain,
        above = above,
        base = _base_label(base, distro, architecture, "%s:layers_%s"),
        layers = content.layers,
        visibility = _VISIBILITY,
    )
    layer_stack(
        name = "debug_" + plain,
        base = plain,
        beside = True,
        layers = content.debug_layers + ["//common:busybox_" + architecture],
        visibility = ["//visibility:private"],
    )

def _image(distro, name, variant, architecture, base, content, entrypoint, licenses, end_of_life):
    """One variant of the image of one architecture."""
    layers = "layers_" + image_name(distro, name, architecture = architecture)
    family = native.package_name().split("/")[-1]
    image(
        name = image_name(distro, name, variant.debug, variant.nonroot, architecture),
        annotations = image_annotations(distro, family, name, content.version, licenses, end_of_life) | content.annotations,
        architecture = architecture,
        base = _base_label(base, distro, architecture),
        created = distro_lock(distro).snapshot,
        entrypoint = entrypoint or (DEBUG_ENTRYPOINT if variant.debug else []),
        env = content.env | (DEBUG_ENV if variant.debug else {}),
        is_base = True,
        layers = [layers] + (["debug_" + layers] if variant.debug else []),
        reference = published_reference(distro, family, name, variant),
        user = str(NONROOT) if variant.nonroot else "0",
        visibility = _VISIBILITY,
        workdir = "/home/nonroot" if variant.nonroot else "/",
    )

def _index(distro, name, variant, made):
    """The index and the target-platform image of one variant."""
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

def _alias_names(name, variant):
    """The names without a distro: `//static:latest` (and `//static`), `//static:debug`, `//base:nossl`, `//base:nossl_debug`."""
    suffix = image_name("", name, variant.debug, variant.nonroot)
    return [suffix] if suffix else ["latest", native.package_name().split("/")[-1]]

def _aliases(distro, name, variant):
    for alias in _alias_names(name, variant):
        native.alias(
            name = alias,
            actual = image_name(distro, name, variant.debug, variant.nonroot),
            visibility = _VISIBILITY,
        )

def _set(distro, name, base, made, lacks):
    """What publishing and the documentation know of them."""
    family, _, below = (base or "").removeprefix("//").partition(":")
    image_set(
        name = image_name(distro, name) + "_set",
        aliases = {
            published_tag(variant.debug, variant.nonroot): _alias_names(name, variant)
            for variant in VARIANTS
            if distro == DEFAULT_DISTRO
        },
        base = published_name(family, below),
        distro = distro,
        images = {
            image_name(distro, name, variant.debug, variant.nonroot, architecture): published_tag(variant.debug, variant.nonroot)
            for variant in VARIANTS
            for architecture in made
        },
        lacks = {architecture: reason for architecture, reason in (lacks | DISTROS[distro].lacks).items() if architecture not in made},
        published = published_name(native.package_name().split("/")[-1], name),
        targets = {
            published_tag(variant.debug, variant.nonroot): image_name(distro, name, variant.debug, variant.nonroot)
            for variant in VARIANTS
        },
        visibility = _VISIBILITY,
    )

def _unavailable(distro, name, variant, made, lacks):
    """Names that people try: architectures that this image lacks, and other spellings of those that it has."""
    wrong = {architecture: "" for architecture in architectures.all if architecture not in made}
    wrong |= {spelling: right for spelling, right in architectures.other_names.items() if right in made}
    for spelling, right in wrong.items():
        problem = architectures.problem(spelling)
        unavailable_image(
            name = spell_image_name(distro, name, variant.debug, variant.nonroot, spelling),
            instead = "//%s:%s" % (
                native.package_name(),
                image_name(distro, name, variant.debug, variant.nonroot, right),
            ) if right else "",
            reason = problem or "there is no %s image for `%s`%s; there are %s" % (
                distro,
                spelling,
                ": " + lacks[spelling] if spelling in lacks else "",
                ", ".join(["`%s`" % architecture for architecture in made]),
            ),
            tags = ["manual"],
            visibility = _VISIBILITY,
        )
