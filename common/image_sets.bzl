"""image_sets: all images of a family, the images that it does not have, and the command that pushes the family."""

load("@bazel_skylib//rules:common_settings.bzl", "bool_flag")
load("//common:image_set.bzl", "ImageSetInfo")
load("//common:naming.bzl", "join_image_name", "published_name")
load("//common:problems.bzl", "distro_problem")
load("//common:variables.bzl", "DISTROS", "VARIANTS")
load("//rules:architectures.bzl", "architectures")
load("//rules:image.bzl", "unavailable_image")
load("//rules:push.bzl", "push_set")

_VISIBILITY = ["//visibility:public"]

# The suffixes of the index, of the image for the target platform, and of the images in the index.
_LAST = ["", "image"] + architectures.all

ImageSetsInfo = provider(
    doc = "All images of a family.",
    fields = {
        "not_made": "dict of string to string: `NAME DISTRO`, with the published name, to the reason why there is no such image.",
        "sets": "list of ImageSetInfo, in the order of the BUILD file.",
    },
)

def _image_sets_impl(ctx):
    return [ImageSetsInfo(
        not_made = ctx.attr.not_made,
        sets = [target[ImageSetInfo] for target in ctx.attr.sets],
    )]

_image_sets = rule(
    implementation = _image_sets_impl,
    doc = "All images of a family. Building this target builds no image.",
    provides = [ImageSetsInfo],
    attrs = {
        "not_made": attr.string_dict(doc = "`NAME DISTRO` to the reason why there is no such image."),
        "sets": attr.label_list(doc = "The image sets, in the order of the BUILD file.", mandatory = True, providers = [ImageSetInfo]),
    },
)

def _instead(rules, image, variant, last):
    """The label of the same image of the newest distro that has it; empty where none has."""
    names = [join_image_name(distro, image, variant.debug, variant.nonroot, last) for distro in DISTROS]
    made = [name for name in names if name in rules and rules[name]["kind"] != "unavailable_image"]
    return "//%s:%s" % (native.package_name(), made[-1]) if made else ""

def image_sets(name, not_made = {}):
    """Declares the set of all images that `image_family` has declared in this package so far. Call it last.

    It also declares `publish`, the command that pushes them, and the build setting `published`: whether `//:publish`
    pushes them.

    Args:
      name: the name of the target, `images`.
      not_made: distro to image (an empty string for the image of the family) to the reason why it does not exist. Each
        becomes a target that fails with this reason.
    """
    package = native.package_name()
    rules = native.existing_rules()
    reasons = {}
    for distro, images in not_made.items():
        problem = distro_problem("leave out images of", distro, DISTROS)
        if problem:
            fail(problem)
        for image, reason in images.items():
            reasons["%s %s" % (published_name(package.split("/")[-1], image), distro)] = reason
            for variant in VARIANTS:
                for last in _LAST:
                    unavailable_image(
                        name = join_image_name(distro, image, variant.debug, variant.nonroot, last),
                        instead = _instead(rules, image, variant, last),
                        reason = reason,
                        tags = ["manual"],
                        visibility = _VISIBILITY,
                    )
    _image_sets(
        name = name,
        not_made = reasons,
        sets = [target for target, facts in rules.items() if facts["kind"] == "image_set"],
        visibility = _VISIBILITY,
    )
    push_set(
        name = "publish",
        publisher = "//common:publisher",
        sets = [target for target, facts in rules.items() if facts["kind"] == "push_set"],
        tags = ["manual"],
        visibility = _VISIBILITY,
    )
    bool_flag(
        name = "published",
        build_setting_default = True,
        visibility = _VISIBILITY,
    )
    native.config_setting(
        name = "is_published",
        flag_values = {":published": "True"},
        visibility = ["//common:__pkg__"],
    )
