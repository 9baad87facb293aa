"""What the tests of images have in common: a run of `image_test` on the files of a build."""

load("//rules/private:argument.bzl", "argument")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:image_test_info.bzl", "ImageTestInfo")

# The variable with the tool's options: the executable of a test cannot have arguments, and `args` is for users.
FLAGS_VARIABLE = "IMAGE_TEST_FLAGS"

_DECLARED_DOC = "What is declared of the image, so that it is no problem: JSON files, which add to each other; docs/reference/formats/declared.md has their form. A declaration that nothing needs is a problem."

# The attributes of every test of an image.
IMAGE_TEST_ATTRS = {
    "image": attr.label(
        doc = "The image: an `image`, an `image_index`, an `oci_image`, or anything else that gives an OCI layout folder, a tar of one, or an archive of `docker save`.",
        mandatory = True,
        allow_files = True,
    ),
    "platform": attr.string(doc = "Which image of it, `linux/arm64`; needed where there are several."),
}

DECLARED_ATTRS = {
    "declared": attr.label_list(doc = _DECLARED_DOC, allow_files = [".json"]),
}

LIBRARIES_ATTRS = {
    "libraries": attr.label(
        doc = "Which package of Debian has which library (`debian_lock libraries`): then a missing library's package is named.",
        allow_single_file = [".json"],
    ),
}

PROFILE_ATTRS = {
    "profile": attr.string(
        doc = "What runs the image, and asks more of its layers: `lambda` (all is readable for any user), `openshift` (any user, of group 0), `rootless` (owners below 65536).",
        default = "default",
        values = ["default", "lambda", "openshift", "rootless"],
    ),
}

AGAINST_ATTRS = {
    "against": attr.label(doc = "The other image, as `image`.", allow_files = True),
    "against_platform": attr.string(doc = "Which image of it; by default the one for the same platform."),
    "relation": attr.string(
        doc = "What the image is to the other: `nonroot` (the same but for its user), `debug` (the same and more layers, which are declared), `subset` (its packages are some of the other's), `packages` (its packages are the other's, which is for another architecture), `same` (bit by bit), `files` (the same files, in whatever layers).",
        values = ["", "nonroot", "debug", "subset", "packages", "same", "files"],
    ),
}

def the_file(target, attribute):
    """The one file or folder that a target gives.

    Args:
      target: a target.
      attribute: the attribute that names it, for messages.

    Returns:
      A File; fails where there is none, or several.
    """
    files = target[DefaultInfo].files.to_list()
    if len(files) != 1:
        fail("cannot test `%s`: %s: it gives %d files; expected one, a layout folder or an archive" % (target.label, attribute, len(files)))
    return files[0]

def image_flags(ctx):
    """The flags that name the image, and its file.

    Args:
      ctx: the context of a rule with IMAGE_TEST_ATTRS.

    Returns:
      A list of flags and a list of files.
    """
    file = the_file(ctx.attr.image, "image")
    flags = ["--layout=" + file.short_path, "--name=%s" % ctx.attr.image.label]
    if ctx.attr.platform:
        flags.append("--platform=" + ctx.attr.platform)
    return flags, [file]

def declared_flags(ctx):
    """The flags for DECLARED_ATTRS, and their files."""
    return ["--declared=" + file.short_path for file in ctx.files.declared], ctx.files.declared

def libraries_flags(ctx):
    """The flags for LIBRARIES_ATTRS, and their files."""
    file = ctx.file.libraries
    return (["--index=" + file.short_path], [file]) if file else ([], [])

def against_flags(ctx):
    """The flags for AGAINST_ATTRS.

    Args:
      ctx: the context of a rule with them.

    Returns:
      A list of flags and a list of files.
    """
    if bool(ctx.attr.against) != bool(ctx.attr.relation):
        fail("cannot test `%s`: `against` and `relation` go together: one is given without the other" % ctx.label)
    if not ctx.attr.against:
        return [], []
    file = the_file(ctx.attr.against, "against")
    flags = ["--check=variants", "--against=" + file.short_path, "--relation=" + ctx.attr.relation]
    if ctx.attr.against_platform:
        flags.append("--against-platform=" + ctx.attr.against_platform)
    return flags, [file]

def run_image_test(ctx, parts, symlinks = {}, runfiles = None):
    """The test itself.

    Args:
      ctx: the context of a rule with TOOLCHAIN_TYPE.
      parts: pairs of flags and files, as the functions above give them.
      symlinks: further files, by their names in the runfiles.
      runfiles: what a program that it starts needs.

    Returns:
      The providers of a test rule.
    """
    tool = ctx.toolchains[TOOLCHAIN_TYPE].image_test
    test = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = test, target_file = tool.executable, is_executable = True)
    flags = ctx.actions.declare_file(ctx.label.name + ".flags")
    ctx.actions.write(flags, "".join([argument(flag) + "\n" for part in parts for flag in part[0]]))
    files = [file for part in parts for file in part[1]]
    needed = ctx.runfiles(files = [flags, tool.executable] + files, symlinks = symlinks)
    if runfiles:
        needed = needed.merge(runfiles)
    return [
        DefaultInfo(executable = test, runfiles = needed),
        # With symlinks, there is no ImageTestInfo, because two tests may use the same name for different files.
    ] + ([] if symlinks else [ImageTestInfo(flags = flags, runfiles = needed)]) + [
        RunEnvironmentInfo(environment = {FLAGS_VARIABLE: flags.short_path}),
    ]
