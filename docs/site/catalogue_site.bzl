"""catalogue_site: the catalogue site, written from built images."""

load("//common:image_sets.bzl", "ImageSetsInfo")
load("//common:variables.bzl", "DISTROS")
load("//rules:providers.bzl", "PublisherInfo")
load("//tools/toolchain:host_tools.bzl", "host_tools")

def _described_set(family, summaries, image_set):
    """The files about the images of one name for one distro, and the data for the writer, which names these files."""
    files = []
    images = []
    for tag, image in image_set.images:
        files.append(image.contents)
        images.append({"contents": image.contents.path, "tag": tag})
    indexes = []
    for tag, index in image_set.indexes:
        files.append(index.digest)
        indexes.append({"digest": index.digest.path, "tag": tag})
    return files, {
        "aliases": image_set.aliases,
        "base": image_set.base,
        "distro": image_set.distro,
        "family": family,
        "images": images,
        "indexes": indexes,
        "lacks": image_set.lacks,
        "name": image_set.published,
        "summary": summaries.get(image_set.published) or summaries.get(image_set.published.rstrip("0123456789"), ""),
        "targets": image_set.targets,
    }

def _described_sets(families, summaries):
    """The files about all images, the data about them, and the reasons for the images that do not exist."""
    files = []
    sets = []
    missing = []
    for family in families:
        info = family[ImageSetsInfo]
        for image_set in info.sets:
            of_set, described = _described_set(family.label.package, summaries, image_set)
            files += of_set
            sets.append(described)
        for image, reason in info.not_made.items():
            name, _, distro = image.partition(" ")
            missing.append({"distro": distro, "name": name, "reason": reason})
    return files, sets, missing

def _optional(ctx, attribute):
    """The file of an attribute, or None: a label flag has a target without files as its default."""
    files = getattr(ctx.files, attribute)
    if len(files) > 1:
        fail("cannot build `%s`: %s: found %d files; expected one" % (ctx.label, attribute, len(files)))
    return files[0] if files else None

def _catalogue_site_impl(ctx):
    files, sets, missing = _described_sets(ctx.attr.families, ctx.attr.summaries)
    optional = {name: _optional(ctx, name) for name in ["history", "reviews", "tracker"]}
    optional = {name: file for name, file in optional.items() if file}
    publisher = ctx.attr.publisher[PublisherInfo]
    described = ctx.actions.declare_file(ctx.label.name + ".input.json")
    ctx.actions.write(described, json.encode({
        "distros": [
            {
                "codename": facts.codename,
                "end_of_life": facts.end_of_life,
                "end_of_security": facts.end_of_security,
                "name": name,
                "number": facts.number,
                "released": facts.released,
            }
            for name, facts in DISTROS.items()
        ],
        "missing": missing,
        "repository": publisher.repository,
        "sets": sets,
        "source": publisher.source,
        "title": ctx.attr.title,
        "vendor": publisher.vendor,
        "version": 1,
    } | {name: file.path for name, file in optional.items()}))
    site = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("--input", described)
    args.add_all("--output", [site], expand_directories = False)
    inputs = depset([described] + files + optional.values())
    ctx.actions.run(
        executable = ctx.executable._site_writer,
        arguments = [args],
        inputs = inputs,
        outputs = [site],
        mnemonic = "CatalogueSite",
        progress_message = "Writing %{label}",
    )
    return [
        DefaultInfo(files = depset([site])),
        OutputGroupInfo(inputs = inputs),
    ]

catalogue_site = rule(
    implementation = _catalogue_site_impl,
    doc = "A directory with the pages about all images, from their contents. No layer is read.",
    attrs = {
        "families": attr.label_list(
            doc = "The target of `image_sets` of each family, in the order of the pages.",
            mandatory = True,
            providers = [ImageSetsInfo],
        ),
        "history": attr.label(doc = "The history of digests, sizes and versions: docs/reference/formats/image_history.md.", allow_files = True),
        "publisher": attr.label(doc = "The `publisher`, whose repository is in the commands of the pages.", mandatory = True, providers = [PublisherInfo]),
        "reviews": attr.label(doc = "Reviews of issues, as in `image_vex`.", allow_files = True),
        "summaries": attr.string_dict(doc = "Published name, with or without the digits at its end, to a sentence about the purpose of the image."),
        "title": attr.string(doc = "The name of the site.", mandatory = True),
        "tracker": attr.label(doc = "Lock of Debian's security tracker, as in `image_vex`. Without it, or if the target has no files, the pages have no issues.", allow_files = True),
        "_site_writer": attr.label(
            default = "//tools/site_writer",
            cfg = host_tools,
            executable = True,
        ),
    },
)
