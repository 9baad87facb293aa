"""The common part of all families: variants, architectures, indexes, the image for the target platform, and aliases."""

load("//common:annotations.bzl", "image_annotations", "published_reference")
load("//common:image_set.bzl", "image_set")
load("//common:naming.bzl", "image_name", "join_image_name", "published_name", "published_tag")
load("//common:packages.bzl", "distro_lock")
load("//common:problems.bzl", "distro_problem", "made_problem")
load("//common:published.bzl", "image_row")
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
load("//rules:evidence.bzl", "image_provenance", "image_sbom")
load("//rules:image.bzl", "image", "image_for_platform", "image_index", "unavailable_image")
load("//rules:layer.bzl", "layer_stack")
load("//rules:push.bzl", "image_load", "push_set")

_VISIBILITY = ["//visibility:public"]

def image_content(layers, env = {}, annotations = {}, debug_layers = [], version = ""):
    """The content that an image for one architecture adds to its base.

    Args:
      layers: labels of the layers of the plain image.
      env: environment variables that the image adds.
      annotations: annotations of the manifest, in addition to those of all images.
      debug_layers: labels of the layers that the debug variants add below BusyBox.
      version: the version of the language.

    Returns:
      A struct for `content` of `image_family`.
    """
    return struct(annotations = annotations, debug_layers = debug_layers, env = env, layers = layers, version = version)

def image_family(
        name,
        content,
        prefix = "",
        made = None,
        lacks = {},
        unseen = {},
        entrypoint = [],
        licenses = [],
        end_of_life = ""):
    """Declares all images of one name for one distro: four variants for each architecture, indexes, aliases and `_set`.

    The plain image has the given layers on top of the plain image of its base in common/published.bzl. The nonroot variant differs from it only
    in its configuration. The debug variant is the plain image with the debug layers and BusyBox on top. All four have
    the same base, which their annotations name.

    Args:
      name: the distro, such as `debian12`. It is a part of the names of the images.
      content: a function from an architecture to `image_content(…)`.
      prefix: the name of the image, such as `nossl`, if it is not the name of the family.
      made: the architectures to build. By default all of the distro.
      lacks: dict of architectures that are not built to the reason, in addition to those that the distro lacks.
      unseen: dict of architectures whose image may be unavailable to the reason. The documentation gives this reason in
        place of the image.
      entrypoint: the entrypoint of all variants. By default none, and a shell in debug.
      licenses: SPDX expressions for the content that is not a Debian package.
      end_of_life: the day on which support of the language ends, such as `2027-04-30`, if it is not that of the distro.
    """
    problem = distro_problem("make images of", name, DISTROS) or made_problem(name, made or [], DISTROS[name].architectures)
    if problem:
        fail(problem)
    made = made or DISTROS[name].architectures
    contents = {architecture: content(architecture) for architecture in made}
    row = image_row(published_name(native.package_name().split("/")[-1], prefix))
    base = row.base
    for architecture in made:
        _stacks(name, prefix, architecture, base, row.above, contents[architecture])
    for variant in VARIANTS:
        for architecture in made:
            _image(
                name,
                prefix,
                variant,
                architecture,
                base,
                contents[architecture],
                entrypoint,
                licenses,
                end_of_life,
            )
        _index(name, prefix, variant, made)
        _unavailable(name, prefix, variant, made, lacks | DISTROS[name].lacks)
        _load(name, prefix, variant, made)
        if name == DEFAULT_DISTRO:
            _aliases(name, prefix, variant)
    _publish(name, prefix, made, contents)
    _set(name, prefix, base, made, unseen, lacks)

def _base_label(base, distro, architecture, form = "%s:%s"):
    if not base:
        return None
    family, _, image = base.partition(":")
    return form % (family, image_name(distro, image, architecture = architecture))

def _stacks(distro, name, architecture, base, above, content):
    """The layers of all variants for one architecture, merged once: those of the plain image, and those of debug."""
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
    """One variant of the image for one architecture."""
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
        publisher = "//common:publisher",
        reference = published_reference(distro, family, name, variant),
        settings = {"//common:publisher": "@distroless//common:publisher"},
        # `//static:all` makes the layouts of indexes, which have all images: a second layout of each costs time in every build.
        tags = ["manual"],
        user = str(NONROOT) if variant.nonroot else "0",
        visibility = _VISIBILITY,
        workdir = "/home/nonroot" if variant.nonroot else "/",
    )

def _index(distro, name, variant, made):
    """The index and the image for the target platform of one variant."""
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
            no_match_error = "cannot choose an image of `%s` for the target platform: it has %s" % (
                image_name(distro, name, **parts),
                ", ".join(["linux/" + architecture for architecture in made]),
            ),
        ),
        visibility = _VISIBILITY,
    )

def _load(distro, name, variant, made):
    """The commands that load the image of each architecture, and that of the machine, into a container engine."""
    parts = {"debug": variant.debug, "nonroot": variant.nonroot}
    published = "%s-%s" % (published_name(native.package_name().split("/")[-1], name), distro)
    images = {architecture: image_name(distro, name, architecture = architecture, **parts) for architecture in made}
    for architecture, image in images.items():
        image_load(
            name = image + ".load",
            image = image,
            tag = "%s:%s-%s" % (published, published_tag(**parts), architecture),
            tags = ["manual"],
            visibility = _VISIBILITY,
        )
    image_load(
        name = image_name(distro, name, **parts) + ".load",
        # By the processor only: on a Mac, an engine runs images for Linux.
        image = select(
            {"//rules/platforms:cpu_" + architecture: image for architecture, image in images.items()},
            no_match_error = "cannot choose an image of `%s` for the target platform: it has %s" % (
                image_name(distro, name, **parts),
                ", ".join(["linux/" + architecture for architecture in made]),
            ),
        ),
        tag = "%s:%s" % (published, published_tag(**parts)),
        tags = ["manual"],
        visibility = _VISIBILITY,
    )

def _evidence(distro, name, kind):
    """The labels of one kind of evidence about all variants, if the setting has the kind."""
    return select({
        "//rules/settings:push_evidence_" + kind: [
            "%s.%s" % (image_name(distro, name, variant.debug, variant.nonroot), kind)
            for variant in VARIANTS
        ],
        "//conditions:default": [],
    })

def _publish(distro, name, made, contents):
    """The command that pushes all images of one name for one distro, and the evidence that it attaches."""
    for variant in VARIANTS:
        index = image_name(distro, name, variant.debug, variant.nonroot)
        image_sbom(
            name = index + ".sbom",
            formats = ["spdx-2.3", "cyclonedx-1.6"],
            image = index,
            tags = ["manual"],
            visibility = _VISIBILITY,
        )
        image_provenance(
            name = index + ".provenance",
            image = index,
            tags = ["manual"],
            visibility = _VISIBILITY,
        )
    versions = {content.version: None for content in contents.values()}.keys()
    push_set(
        name = image_name(distro, name) + ".publish",
        created = distro_lock(distro).snapshot,
        distro = distro,
        evidence = _evidence(distro, name, "sbom") + _evidence(distro, name, "provenance"),
        image_name = published_name(native.package_name().split("/")[-1], name),
        images = {
            image_name(distro, name, variant.debug, variant.nonroot, architecture): published_tag(variant.debug, variant.nonroot).removeprefix("latest")
            for variant in VARIANTS
            for architecture in [""] + made
        },
        publisher = "//common:publisher",
        # Architectures may have different versions for a while; then no tag names the version.
        runtime = versions[0] if len(versions) == 1 else "",
        tags = ["manual"],
        visibility = _VISIBILITY,
    )

def _alias_names(name, variant):
    """The names without a distro: `//static:latest` (and `//static`), `//static:debug` or `//base:nossl_debug`."""
    suffix = image_name("", name, variant.debug, variant.nonroot)
    return [suffix] if suffix else ["latest", native.package_name().split("/")[-1]]

def _aliases(distro, name, variant):
    for alias in _alias_names(name, variant):
        native.alias(
            name = alias,
            actual = image_name(distro, name, variant.debug, variant.nonroot),
            visibility = _VISIBILITY,
        )
        native.alias(
            name = alias + ".load",
            actual = image_name(distro, name, variant.debug, variant.nonroot) + ".load",
            tags = ["manual"],
            visibility = _VISIBILITY,
        )

def _set(distro, name, base, made, unseen, lacks):
    """Declares the image set, for publishing and the documentation."""
    lacks = lacks | unseen | DISTROS[distro].lacks
    available = [architecture for architecture in made if architecture not in unseen]
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
            for architecture in available
        },
        indexes = {
            image_name(distro, name, variant.debug, variant.nonroot): published_tag(variant.debug, variant.nonroot)
            for variant in VARIANTS
            if available == made
        },
        lacks = {architecture: reason for architecture, reason in lacks.items() if architecture not in available},
        published = published_name(native.package_name().split("/")[-1], name),
        targets = {
            published_tag(variant.debug, variant.nonroot): image_name(distro, name, variant.debug, variant.nonroot)
            for variant in VARIANTS
        },
        visibility = _VISIBILITY,
    )

def _unavailable(distro, name, variant, made, lacks):
    """Targets that fail with a hint: architectures that this image lacks, and other names of its architectures."""
    wrong = {architecture: "" for architecture in architectures.all if architecture not in made}
    wrong |= {alias: right for alias, right in architectures.other_names.items() if right in made}
    for wrong_name, right in wrong.items():
        problem = architectures.problem(wrong_name)
        unavailable_image(
            name = join_image_name(distro, name, variant.debug, variant.nonroot, wrong_name),
            instead = "//%s:%s" % (
                native.package_name(),
                image_name(distro, name, variant.debug, variant.nonroot, right),
            ) if right else "",
            reason = problem or "there is no %s image for `%s`%s; available architectures: %s" % (
                distro,
                wrong_name,
                ": " + lacks[wrong_name] if wrong_name in lacks else "",
                ", ".join(["`%s`" % architecture for architecture in made]),
            ),
            tags = ["manual"],
            visibility = _VISIBILITY,
        )
