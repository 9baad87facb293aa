"""published_images: all images of distroless that this machine can build, with their published names."""

load("//common:image_sets.bzl", "ImageSetsInfo")
load("//rules:providers.bzl", "PublicationInfo")

def _published_images_impl(ctx):
    images = []
    for family in ctx.attr.families:
        for image_set in family[ImageSetsInfo].sets:
            images += [
                struct(distro = image_set.distro, image = image, name = image_set.published, variant = tag)
                for tag, image in image_set.images
            ]
    return [PublicationInfo(images = images, statements = [])]

published_images = rule(
    implementation = _published_images_impl,
    doc = "The images of all families for `image_packages`. `//:publish` also has images whose sources not every machine can download.",
    provides = [PublicationInfo],
    attrs = {
        "families": attr.label_list(doc = "The target of `image_sets` of each family.", mandatory = True, providers = [ImageSetsInfo]),
    },
)
