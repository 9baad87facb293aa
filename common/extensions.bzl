"""The module extension `images`: images built here under the names that `oci.pull` of rules_oci gives to pulled ones."""

load("//common:published.bzl", "published_target")
load("//common:pulled_image.bzl", "pulled_image")
load("//rules:architectures.bzl", "architectures")

def _image(tag):
    """The name and the tag that a `pull` means."""
    name, _, _ = (tag.image or "%s/%s" % (tag.registry, tag.repository)).partition("@")
    head, slash, last = name.rpartition("/")
    last, _, spelled = last.partition(":")
    return head + slash + last, spelled or tag.tag or "latest"

def _repositories(tag):
    """Repository to the label of its image."""
    image, version = _image(tag)
    wanted = {tag.name: published_target(image, version, platform = True)}
    if not tag.platforms:
        wanted[tag.name + "_single"] = wanted[tag.name]
    for platform in tag.platforms:
        if platform not in architectures.platforms:
            fail("cannot take image `%s:%s`: platforms: there is none for `%s`\nhint: there are %s" % (
                image,
                version,
                platform,
                ", ".join(["`%s`" % known for known in architectures.platforms]),
            ))
        name = "_".join([tag.name] + platform.split("/"))
        wanted[name] = published_target(image, version, architecture = architectures.platforms[platform])
    for target in wanted.values():
        if target.problem:
            fail(target.problem)
    return {name: Label(target.label) for name, target in wanted.items()}

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
    doc = "Makes an image of this module available as `@NAME` (of the target platform) and, for each of `platforms`, as `@NAME_linux_arm64_v8` and so on. The attributes are those of `oci.pull` of rules_oci.",
    attrs = {
        "bazel_tags": attr.string_list(doc = "Accepted; an alias has no tags."),
        "config": attr.label(doc = "Accepted; there is no registry to log in to."),
        "digest": attr.string(doc = "Accepted; what is built is what this module's lock says, and has a digest of its own."),
        "image": attr.string(doc = "The image as Google publishes it: `gcr.io/distroless/base-debian12`, with or without a tag."),
        "name": attr.string(doc = "The name of the repository.", mandatory = True),
        "platforms": attr.string_list(doc = "`linux/amd64`, `linux/arm64/v8`, …: each becomes a repository too."),
        "registry": attr.string(doc = "Instead of `image`, with `repository`: `gcr.io`."),
        "repository": attr.string(doc = "Instead of `image`, with `registry`: `distroless/base-debian12`."),
        "reproducible": attr.bool(doc = "Accepted; every image here is.", default = True),
        "tag": attr.string(doc = "`latest`, `nonroot`, `debug` or `debug-nonroot`, with or without an architecture."),
    },
)

images = module_extension(
    implementation = _images_impl,
    doc = "Images that are built here, under the names of pulled ones: the switch from `oci.pull` is one line.",
    tag_classes = {"pull": _pull},
)
