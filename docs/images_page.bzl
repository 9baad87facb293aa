"""images_page: the page with the list of images, written from built images."""

load("//common:image_sets.bzl", "ImageSetsInfo")
load("//common:variables.bzl", "DISTROS")
load("//tools/toolchain:host_tools.bzl", "host_tools")

def _set(image_set):
    """The files for the images of one name for one distro, and the data for the writer, which names these files."""
    files = []
    images = []
    for tag, image in image_set.images:
        files += [image.config, image.manifest]
        images.append({
            "architecture": image.architecture,
            "config": image.config.path,
            "manifest": image.manifest.path,
            "tag": tag,
        })
    return files, {
        "aliases": image_set.aliases,
        "base": image_set.base,
        "distro": image_set.distro,
        "images": images,
        "lacks": image_set.lacks,
        "published": image_set.published,
        "targets": image_set.targets,
    }

def _images_page_impl(ctx):
    inputs = []
    families = []
    for family in ctx.attr.families:
        sets = []
        for image_set in family[ImageSetsInfo].sets:
            files, described = _set(image_set)
            inputs += files
            sets.append(described)
        families.append({
            "not_made": family[ImageSetsInfo].not_made,
            "sets": sets,
        })
    described = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(described, json.encode({
        "distros": [
            {"name": name, "title": "Debian %s" % facts.number}
            for name, facts in DISTROS.items()
        ],
        "families": families,
    }))
    page = ctx.actions.declare_file(ctx.label.name + ".md")
    args = ctx.actions.args()
    args.add("images")
    args.add("--images", described)
    args.add("--output", page)
    ctx.actions.run(
        executable = ctx.executable._docs_writer,
        arguments = [args],
        # Configs and manifests: no layer, no layout.
        inputs = depset([described] + inputs),
        outputs = [page],
        mnemonic = "ImagesPage",
        progress_message = "Writing %{label}",
    )
    return [DefaultInfo(files = depset([page]))]

images_page = rule(
    implementation = _images_page_impl,
    doc = "The Markdown page with all images, from their manifests and configurations, and with the reasons why others do not exist.",
    attrs = {
        "families": attr.label_list(
            doc = "The target of `image_sets` of each family, in the order of the page.",
            mandatory = True,
            providers = [ImageSetsInfo],
        ),
        "_docs_writer": attr.label(
            default = "//tools/docs_writer",
            cfg = host_tools,
            executable = True,
        ),
    },
)
