"""image_set: the images of one name for one distro, for documentation and publishing."""

load("//rules:providers.bzl", "ImageIndexInfo", "ImageInfo")

ImageSetInfo = provider(
    doc = "The images of one name for one distro.",
    fields = {
        "aliases": "dict of string to list of string: tag to the labels without a distro; empty if those labels are for another distro.",
        "base": "string: the published name of the base image; empty if there is none.",
        "distro": "string: the distro, such as `debian12`.",
        "images": "list of (string, ImageInfo): the tag and the image, in the order of the variants and architectures.",
        "indexes": "list of (string, ImageIndexInfo): the tag and the index, in the order of the variants; empty if an image in the indexes may be unavailable.",
        "lacks": "dict of string to string: architecture to the reason why there is no image for it.",
        "published": "string: the name under which the images are published, without the distro, such as `base-nossl`.",
        "targets": "dict of string to string: tag to the label of the index, such as `//base:nossl_debian12`.",
    },
)

def _image_set_impl(ctx):
    def label(name):
        package = ctx.label.package
        return "//" + package if package.split("/")[-1] == name else "//%s:%s" % (package, name)

    return [ImageSetInfo(
        aliases = {tag: [label(name) for name in names] for tag, names in ctx.attr.aliases.items()},
        base = ctx.attr.base,
        distro = ctx.attr.distro,
        images = [(tag, target[ImageInfo]) for target, tag in ctx.attr.images.items()],
        indexes = [(tag, target[ImageIndexInfo]) for target, tag in ctx.attr.indexes.items()],
        lacks = ctx.attr.lacks,
        published = ctx.attr.published,
        targets = {tag: label(name) for tag, name in ctx.attr.targets.items()},
    )]

image_set = rule(
    implementation = _image_set_impl,
    doc = "The images of one name for one distro. `image_family` declares it. Building this target builds no image.",
    provides = [ImageSetInfo],
    attrs = {
        "aliases": attr.string_list_dict(doc = "Tag to the labels without a distro."),
        "base": attr.string(doc = "The published name of the base image."),
        "distro": attr.string(doc = "The distro.", mandatory = True),
        "images": attr.label_keyed_string_dict(doc = "Images for one architecture each, to their tags.", mandatory = True, providers = [ImageInfo]),
        "indexes": attr.label_keyed_string_dict(doc = "The indexes, to their tags.", providers = [ImageIndexInfo]),
        "lacks": attr.string_dict(doc = "Architecture to the reason why there is no image for it."),
        "published": attr.string(doc = "The name under which the images are published, without the distro.", mandatory = True),
        "targets": attr.string_dict(doc = "Tag to the name of the index.", mandatory = True),
    },
)
