"""The common part of the image tests: a run of `image_test` on the files of a build."""

load("//rules/private:argument.bzl", "argument")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:image_test_info.bzl", "ImageTestInfo")

# The variable with the tool's options: the executable of a test cannot have arguments, and `args` is for users.
FLAGS_VARIABLE = "IMAGE_TEST_FLAGS"

_DECLARED_DOC = "JSON files that declare exceptions, which the checks then accept. The files add to each other; docs/reference/formats/declared.md describes their format. The test fails if an exception is not needed."

# The attributes of every test of an image.
IMAGE_TEST_ATTRS = {
    "image": attr.label(
        doc = "The image: an `image`, an `image_index`, an `oci_image`, or any other target that provides a directory in OCI image layout format, a tar archive of such a directory, or an archive of `docker save`.",
        mandatory = True,
        allow_files = True,
    ),
    "platform": attr.string(doc = "Platform of the image to test, such as `linux/arm64`. Required if `image` contains images for several platforms."),
}

DECLARED_ATTRS = {
    "declared": attr.label_list(doc = _DECLARED_DOC, allow_files = [".json"]),
}

LIBRARIES_ATTRS = {
    "libraries": attr.label(
        doc = "List of the libraries in Debian packages, written by `debian_lock libraries`, such as `@distroless//debian_packages:debian12.libraries.json`. If set, messages name the package of a missing library.",
        allow_single_file = [".json"],
    ),
}

PROFILE_ATTRS = {
    "profile": attr.string(
        doc = "The environment that runs the image, which adds requirements for its layers: `default` (none), `lambda` (any user can read all files), `openshift` (works for any user with group 0), `rootless` (user and group IDs below 65536).",
        default = "default",
        values = ["default", "lambda", "openshift", "rootless"],
    ),
}

AGAINST_ATTRS = {
    "against": attr.label(doc = "The image to compare with, a target as for `image`.", allow_files = True),
    "against_platform": attr.string(doc = "Platform of the image in `against`. By default the platform of the tested image."),
    "relation": attr.string(
        doc = "How the image must relate to `against`: `nonroot` (only the user differs), `debug` (it has the same layers and further ones, which are declared), `subset` (its packages are a subset), `packages` (it has the same packages, for another architecture), `same` (identical digest), `files` (the same files, in any layers).",
        values = ["", "nonroot", "debug", "subset", "packages", "same", "files"],
    ),
}

def the_file(target, attribute):
    """The one file or directory that a target provides.

    Args:
      target: a target.
      attribute: the attribute that names it, for messages.

    Returns:
      A File. Fails if there is no file, or if there are several.
    """
    files = target[DefaultInfo].files.to_list()
    if len(files) != 1:
        fail("cannot test `%s`: %s: it provides %d files; expected one layout directory or archive" % (target.label, attribute, len(files)))
    return files[0]

def image_flags(ctx):
    """The command line options for the image, and its file.

    Args:
      ctx: the context of a rule with IMAGE_TEST_ATTRS.

    Returns:
      A list of options and a list of files.
    """
    file = the_file(ctx.attr.image, "image")
    flags = ["--layout=" + file.short_path, "--name=%s" % ctx.attr.image.label]
    if ctx.attr.platform:
        flags.append("--platform=" + ctx.attr.platform)
    return flags, [file]

def declared_flags(ctx):
    """The command line options for DECLARED_ATTRS, and their files."""
    return ["--declared=" + file.short_path for file in ctx.files.declared], ctx.files.declared

def libraries_flags(ctx):
    """The command line options for LIBRARIES_ATTRS, and their files."""
    file = ctx.file.libraries
    return (["--index=" + file.short_path], [file]) if file else ([], [])

def against_flags(ctx):
    """The command line options for AGAINST_ATTRS.

    Args:
      ctx: the context of a rule with AGAINST_ATTRS.

    Returns:
      A list of options and a list of files.
    """
    if bool(ctx.attr.against) != bool(ctx.attr.relation):
        fail("cannot test `%s`: set both `against` and `relation`, or neither" % ctx.label)
    if not ctx.attr.against:
        return [], []
    file = the_file(ctx.attr.against, "against")
    flags = ["--check=variants", "--against=" + file.short_path, "--relation=" + ctx.attr.relation]
    if ctx.attr.against_platform:
        flags.append("--against-platform=" + ctx.attr.against_platform)
    return flags, [file]

def run_image_test(ctx, parts, symlinks = {}, runfiles = None):
    """Declares the test.

    Args:
      ctx: the context of a rule with TOOLCHAIN_TYPE.
      parts: pairs of options and files, as the functions above return them.
      symlinks: dict of names in the runfiles to further files.
      runfiles: runfiles of a program that the test starts, or None.

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
