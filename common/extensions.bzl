"""The module extension `images`: images of this module, under the names that `oci.pull` of rules_oci gives to them."""

load("//common:published.bzl", "published_target")
load("//common:pulled_image.bzl", "pulled_image")
load("//rules:architectures.bzl", "architectures")

def _image(tag):
    """The image name and the tag of a `pull`."""
    name, _, _ = (tag.image or "%s/%s" % (tag.registry, tag.repository)).partition("@")
    head, slash, last = name.rpartition("/")
    last, _, tag_of_name = last.partition(":")
    return head + slash + last, tag_of_name or tag.tag or "latest"

def _repositories(tag):
    """Repository names to labels of images."""
    image, version = _image(tag)
    targets = {tag.name: published_target(image, version, platform = True)}
    if not tag.platforms:
        targets[tag.name + "_single"] = targets[tag.name]
    for platform in tag.platforms:
        if platform not in architectures.platforms:
            fail("cannot use image `%s:%s`: platforms: unknown platform `%s`\nhint: use one of %s" % (
                image,
                version,
                platform,
                ", ".join(["`%s`" % known for known in architectures.platforms]),
            ))
        name = "_".join([tag.name] + platform.split("/"))
        targets[name] = published_target(image, version, architecture = architectures.platforms[platform])
    for target in targets.values():
        if target.problem:
            fail(target.problem)
    return {name: Label(target.label) for name, target in targets.items()}

def _images_impl(module_ctx):
    owners = {}
    for module in module_ctx.modules:
        for tag in module.tags.pull:
            if tag.name in owners:
                fail("cannot name an image `%s`: the modules `%s` and `%s` both use that name\nhint: give pull() another `name`" % (tag.name, owners[tag.name], module.name))
            owners[tag.name] = module.name
            for name, image in _repositories(tag).items():
                pulled_image(name = name, image = image, target = name)
    return module_ctx.extension_metadata(reproducible = True)

_pull = tag_class(
    doc = "Makes an image of this module available as `@NAME` (for the target platform) and, for each of `platforms`, under a name such as `@NAME_linux_arm64_v8`. The attributes are those of `oci.pull` of rules_oci.",
    attrs = {
        "bazel_tags": attr.string_list(doc = "Accepted and ignored: an alias has no tags."),
        "config": attr.label(doc = "Accepted and ignored: no registry is contacted."),
        "digest": attr.string(doc = "Accepted and ignored: the image is built from the lock of this module and has a different digest."),
        "image": attr.string(doc = "The name under which Google publishes the image, such as `gcr.io/distroless/base-debian12`, with or without a tag."),
        "name": attr.string(doc = "The name of the repository.", mandatory = True),
        "platforms": attr.string_list(doc = "Platforms such as `linux/amd64` or `linux/arm64/v8`. Each of them gets a repository."),
        "registry": attr.string(doc = "Registry, such as `gcr.io`. Use it with `repository`, instead of `image`."),
        "repository": attr.string(doc = "Repository in the registry, such as `distroless/base-debian12`. Use it with `registry`, instead of `image`."),
        "reproducible": attr.bool(doc = "Accepted and ignored: all images are reproducible.", default = True),
        "tag": attr.string(doc = "Tag: `latest`, `nonroot`, `debug` or `debug-nonroot`, with or without an architecture. By default the tag in `image`, otherwise `latest`."),
    },
)

images = module_extension(
    implementation = _images_impl,
    doc = "Provides images that are built by this module under the names of pulled images. To switch from `oci.pull`, change the `use_extension` line.",
    tag_classes = {"pull": _pull},
)
