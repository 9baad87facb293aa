"""image_list: the images of all families, for the programs that write documentation."""

load("//common:image_sets.bzl", "ImageSetsInfo")
load("//common:packages.bzl", "distro_lock")
load("//common:variables.bzl", "DISTROS")

ImageListInfo = provider(
    doc = "The images of all families.",
    fields = {
        "documents": "depset of File: configurations, manifests and indexes: no layer, no layout.",
        "file": "File: the list, JSON, which names the documents.",
    },
)

def _set(image_set):
    """The files for the images of one name for one distro, and the data for the writer, which names these files."""
    files = [info.index for _tag, info in image_set.indexes]
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
        "indexes": {tag: info.index.path for tag, info in image_set.indexes},
        "lacks": image_set.lacks,
        "published": image_set.published,
        "targets": image_set.targets,
    }

def _image_list_impl(ctx):
    documents = []
    families = []
    for family in ctx.attr.families:
        sets = []
        for image_set in family[ImageSetsInfo].sets:
            files, described = _set(image_set)
            documents += files
            sets.append(described)
        families.append({
            "not_made": family[ImageSetsInfo].not_made,
            "sets": sets,
        })
    file = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(file, json.encode({
        "distros": [
            {"name": name, "snapshot": distro_lock(name).snapshot, "title": "Debian %s" % facts.number}
            for name, facts in DISTROS.items()
        ],
        "families": families,
    }))
    return [
        DefaultInfo(files = depset([file])),
        ImageListInfo(documents = depset(documents), file = file),
    ]

image_list = rule(
    implementation = _image_list_impl,
    doc = "The list of all images, with the paths of their documents, and of the reasons why others do not exist.",
    provides = [ImageListInfo],
    attrs = {
        "families": attr.label_list(
            doc = "The target of `image_sets` of each family, in the order of the page of images.",
            mandatory = True,
            providers = [ImageSetsInfo],
        ),
    },
)

def write_from_images(ctx, command, output, inputs = {}, mnemonic = None):
    """Runs a command of docs_writer that reads the list of the attribute `images`.

    Args:
      ctx: the context of a rule with the attributes `images` and `_docs_writer`.
      command: the command.
      output: the file that it writes.
      inputs: dict of further options to files.
      mnemonic: the mnemonic of the action.

    Returns:
      The providers of the rule.
    """
    images = ctx.attr.images[ImageListInfo]
    args = ctx.actions.args()
    args.add(command)
    args.add("--images", images.file)
    for option, file in inputs.items():
        args.add(option, file)
    args.add("--output", output)
    ctx.actions.run(
        executable = ctx.executable._docs_writer,
        arguments = [args],
        inputs = depset([images.file] + inputs.values(), transitive = [images.documents]),
        outputs = [output],
        mnemonic = mnemonic,
        progress_message = "Writing %{label}",
    )
    return [DefaultInfo(files = depset([output]))]
