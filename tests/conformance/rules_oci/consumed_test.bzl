"""consumed_test: rules_oci and container_structure_test accept our targets and can read their directories."""

load("//tests/conformance:conformance_test.bzl", "conformance_test")

def _one(target, files, what):
    files = files.to_list()
    if len(files) != 1:
        fail("%s of `%s`: expected one file or directory, found %d" % (what, target.label, len(files)))
    return files[0]

def _consumed_files_impl(ctx):
    directory = _one(ctx.attr.src, ctx.attr.src[DefaultInfo].files, "DefaultInfo")
    if not directory.is_directory:
        fail("DefaultInfo of `%s` is not a directory" % ctx.attr.src.label)
    groups = ctx.attr.src[OutputGroupInfo]

    # container_structure_test takes the first of these outputs that exists, without runfiles.
    if _one(ctx.attr.src, groups.oci_layout, "oci_layout") != directory:
        fail("oci_layout of `%s` is another directory" % ctx.attr.src.label)
    tarball = _one(ctx.attr.src, groups.oci_tarball, "oci_tarball")
    if tarball.is_directory or not tarball.basename.endswith(".tar"):
        fail("oci_tarball of `%s` is no tar" % ctx.attr.src.label)
    leaving = ctx.attr.src[DefaultInfo].default_runfiles.files.to_list()
    if leaving:
        fail("`%s` needs files next to its directory: %s" % (ctx.attr.src.label, leaving))
    return [DefaultInfo(files = depset([tarball if ctx.attr.tarball else directory]))]

consumed_files = rule(
    implementation = _consumed_files_impl,
    doc = "The directory or the archive of one of our images or indexes. The analysis fails if another rule could not use it.",
    attrs = {
        "src": attr.label(mandatory = True),
        "tarball": attr.bool(),
    },
)

def consumed_test(name, images = [], indexes = [], children = []):
    """Checks each point of the contract for layout directories.

    Args:
      name: the test's name.
      images: our images.
      indexes: our indexes.
      children: images that the stand-ins for other rules made.
    """
    data = []
    args = ["consumed"]

    def add(option, label):
        data.append(label)
        args.append("--%s=$(rootpath %s)" % (option, label))

    for number, label in enumerate(images + indexes):
        directory = "%s_directory_%d" % (name, number)
        consumed_files(name = directory, src = label)
        add("image" if label in images else "index", directory)
        if label in images:
            consumed_files(name = "%s_tar_%d" % (name, number), src = label, tarball = True)
            add("tarball", "%s_tar_%d" % (name, number))
    for label in children:
        add("child", label)
    conformance_test(
        name = name,
        size = "medium",
        args = args,
        data = data,
        # A sandbox replaces the files of a directory with symbolic links.
        tags = ["no-sandbox"],
    )
