"""The pages about upgrades, the tests that compare the committed pages, and the command that writes them."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("@rules_shell//shell:sh_binary.bzl", "sh_binary")
load("//common:image_sets.bzl", "ImageSetsInfo")
load("//common:variables.bzl", "DISTROS")
load("//rules:toolchains.bzl", "TOOLCHAIN_TYPE")

# Only the provider of a family knows which distros it has, so `image_diff`, which needs labels, cannot be used.
# buildifier: disable=bzl-visibility
load("//rules/private/actions:evidence.bzl", "evidence_actions")

# All images have the same changes on all architectures, except the names of directories.
_ARCHITECTURE = "amd64"

# The tag of the image without variant.
_TAG = "latest"

def _images(family):
    """The images of a family: published name to a dict of distro to ImageInfo."""
    images = {}
    for image_set in family[ImageSetsInfo].sets:
        for tag, image in image_set.images:
            if tag == _TAG and image.architecture == _ARCHITECTURE:
                images.setdefault(image_set.published, {})[image_set.distro] = image
    return images

def _side(image):
    """A side of a difference: contents, details of the layers, and no other name."""
    layers = [part for layer in image.layers for part in [layer] + layer.merged]
    details = {layer.details: None for layer in layers if getattr(layer, "details", None)}
    return image.contents, details.keys(), ""

def _differences(ctx):
    """The differences of each image, from each distro to the next one that has it."""
    images = _images(ctx.attr.family)
    files = []
    for published in sorted(images):
        made = [distro for distro in DISTROS if distro in images[published]]
        for old, new in zip(made, made[1:]):
            files += evidence_actions.diff(
                ctx,
                _side(images[published][old]),
                _side(images[published][new]),
                ["markdown"],
                "%s_%s_%s" % (published, old, new),
                summary = True,
            )
    return files

def _page_impl(ctx):
    start = ctx.actions.declare_file(ctx.label.name + ".start.md")
    ctx.actions.write(start, """# Upgrades of {title}

<!-- Written by `./bazelw run //docs/upgrades:update` from the images; `{test}` compares. Do not edit. -->

These are the differences of the images without variant for {architecture}. The rule `image_diff`
([guide](../guides/comparing_images.md)) shows more: files, layers, symbols and changelogs.
""".format(
        architecture = _ARCHITECTURE,
        test = "//%s:%s_test" % (ctx.label.package, ctx.label.name),
        title = ctx.attr.title,
    ))
    page = ctx.actions.declare_file(ctx.label.name + ".md")
    inputs = [start] + _differences(ctx)
    ctx.actions.run_shell(
        arguments = [page.path] + [file.path for file in inputs],
        command = 'page=$1; start=$2; shift 2; { cat "$start"; for file; do printf "\\n"; cat "$file"; done; } | cat -s >"$page"',
        inputs = inputs,
        mnemonic = "UpgradesPage",
        outputs = [page],
        progress_message = "Writing %{label}",
    )
    return [DefaultInfo(files = depset([page]))]

_page = rule(
    implementation = _page_impl,
    doc = "A page with the differences of the images of a family, from each distro to the next one.",
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "family": attr.label(doc = "The images of the family.", mandatory = True, providers = [ImageSetsInfo]),
        "title": attr.string(doc = "The name of the family.", mandatory = True),
    },
)

def upgrades(name, families):
    """Makes a page for each family, its test, and `update`, the command that writes all pages.

    Args:
      name: the name of the suite of the tests.
      families: the labels of the images of the families.
    """
    pages = {}
    for images in families:
        family = Label(images).package
        page = "%s_page" % family
        _page(
            name = page,
            family = images,
            tags = ["manual"],
            title = family,
        )
        diff_test(
            name = page + "_test",
            failure_message = "docs/upgrades/%s.md does not match the images. Update it: ./bazelw run //docs/upgrades:update" % family,
            file1 = family + ".md",
            file2 = ":" + page,
        )
        pages[":" + page] = "docs/upgrades/%s.md" % family
    sh_binary(
        name = "update",
        srcs = ["//docs:write_page.sh"],
        args = [arg for page, path in pages.items() for arg in ["$(rootpath %s)" % page, path]],
        data = pages.keys(),
        tags = ["manual"],
    )
    native.test_suite(
        name = name,
        tests = [page.removeprefix(":") + "_test" for page in pages],
    )
