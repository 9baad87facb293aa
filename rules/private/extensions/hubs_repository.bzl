"""hubs_repository: the hubs of all manifests in a directory, as one `hubs.bzl`. It downloads no file."""

_LOAD = """load("@{hub}//:lock.bzl", {variable} = "LOCK")
"""

_HUBS = """
LOCKS = {{
{locks}
}}

_HUBS = {hubs}

def package_label(manifest, package, architecture, target = "data"):
    \"\"\"The label of a package.

    Args:
      manifest: the manifest of the hub, without `.yaml`.
      package: the name of the package.
      architecture: the Debian architecture name.
      target: `data` (the layer), `control` or `deb`.

    Returns:
      A Label.
    \"\"\"
    return Label("@%s//%s/%s:%s" % (_HUBS[manifest], package, architecture, target))
"""

_MANIFEST = ".yaml"

# The characters of the name of a repository.
_REPOSITORY_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

def distros_of(build_file, files):
    """The distros of the manifests in a directory.

    Args:
      build_file: the BUILD file of the directory, for messages.
      files: the names of its files. Hidden ones are not manifests: editors make `.#NAME` and `.NAME.swp`.

    Returns:
      A struct of `distros`, a dict of distros to the names of their manifests, and `problem`, a message or None.
    """
    manifests = sorted([file for file in files if file.endswith(_MANIFEST) and not file.startswith(".")])
    distros = {file.removesuffix(_MANIFEST): file for file in manifests}
    for distro, file in distros.items():
        if distro.strip(_REPOSITORY_NAME):
            return struct(distros = {}, problem = "cannot install manifest `%s` next to `%s`: the name of a repository cannot have all its characters\nhint: rename it; letters, digits, `-`, `_` and `.` are possible" % (file, build_file))
    return struct(distros = distros, problem = None)

def _hubs_repository_impl(rctx):
    variables = {manifest: "lock_%d" % number for number, manifest in enumerate(rctx.attr.hubs)}
    loads = [_LOAD.format(hub = hub, variable = variables[manifest]) for manifest, hub in rctx.attr.hubs.items()]
    rctx.file("BUILD.bazel", "exports_files([\"hubs.bzl\"])\n", executable = False)
    rctx.file("hubs.bzl", "".join(["\"\"\"The locks of all hubs, and the labels of their packages.\"\"\"\n\n"] + loads) + _HUBS.format(
        hubs = repr(rctx.attr.hubs),
        locks = "\n".join(["    %r: %s," % (manifest, variable) for manifest, variable in variables.items()]),
    ), executable = False)

hubs_repository = repository_rule(
    implementation = _hubs_repository_impl,
    doc = "The locks of several hubs, and labels of their packages, as `hubs.bzl`.",
    attrs = {
        "hubs": attr.string_dict(doc = "Manifest, without `.yaml`, to the name of its hub.", mandatory = True),
    },
)
