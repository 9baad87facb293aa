"""The module extension `debian`: checks locks and creates their hubs. It parses no index and downloads no file.

The repositories of packages are those of other extensions: `deb_packages.bzl`.
"""

load("//rules/private/extensions:hub_repository.bzl", "hub_repository")
load("//rules/private/extensions:hubs_repository.bzl", "distros_of", "hubs_repository")
load("//rules/private/extensions:lock.bzl", "NO_LOCK", "any_key", "lock_dependencies", "lock_names", "lock_repository_name", "no_key", "use_lock")
load("//rules/private/extensions:lock_command.bzl", "lock_command")
load("//rules/private/extensions:lock_repository.bzl", "lock_repository")
load("//rules/private/extensions:locks_repository.bzl", "LOCKS_REPOSITORY", "locks_repository")

def _mirrors(module_ctx):
    """Repository or source to URLs. Only the root module may set mirrors."""
    mirrors = {}
    for module in module_ctx.modules:
        if module.is_root:
            for tag in module.tags.mirror:
                mirrors.setdefault(tag.archive, []).extend(tag.urls)
    return mirrors

def _lock_path(module_ctx, lock):
    """The path of a lock, relative to the workspace if it is in it: what `bazel vendor` has stays right elsewhere."""
    if lock.repo_name:
        return str(module_ctx.path(lock))
    return (lock.package + "/" if lock.package else "") + lock.name

def _install_hub(module_ctx, tag):
    """Declares the hub of a lock. Without a lock, it has only the lock command.

    Args:
      module_ctx: the context.
      tag: a tag `install`, or a struct with its attributes.

    Returns:
      A list of one entry of `locks_repository`, or an empty list without a lock.
    """
    command = lock_command(tag.name, tag.lock, tag.manifest)
    path = module_ctx.path(tag.lock)
    module_ctx.watch(path)
    lock = NO_LOCK
    if path.exists:
        # The fields of an entry are checked where they are used.
        lock = use_lock(str(tag.lock), module_ctx.read(tag.lock), any_key if tag.with_dependencies else no_key)
    else:
        if command.problem:
            fail("cannot read lock `%s`: there is no such file\n%s" % (tag.lock, command.problem))

        # buildifier: disable=print
        print("there is no lock `%s` yet, so `@%s` has no packages; write it with `bazel run @%s//:lock`" % (tag.lock, tag.name, tag.name))
    hub_repository(
        name = tag.name,
        hub = tag.name,
        empty = not path.exists,
        lock_args = command.args,
        lock_problem = command.problem,
        lock_repository = lock_repository_name(tag.name),
        names = json.encode(lock_names(lock)),
        dependencies = json.encode(lock_dependencies(lock)) if tag.with_dependencies else "",
    )
    lock_repository(
        name = lock_repository_name(tag.name),
        lock = tag.lock,
        empty = not path.exists,
        with_dependencies = tag.with_dependencies,
    )
    if not path.exists:
        return []
    return [{"hub": tag.name, "lock": str(tag.lock), "merged_usr": tag.merged_usr, "path": _lock_path(module_ctx, tag.lock)}]

def _hubs_of_directory(module_ctx, tag):
    """Manifest name without extension to the attributes of its hub, for each manifest in the directory of a tag."""
    files = module_ctx.path(tag.directory).dirname.readdir()
    found = distros_of(str(tag.directory), [file.basename for file in files])
    if found.problem:
        fail(found.problem)
    return {
        distro: struct(
            name = "%s_%s" % (tag.name, distro),
            lock = tag.directory.same_package_label(distro + ".lock.json"),
            manifest = tag.directory.same_package_label(manifest),
            merged_usr = distro not in tag.split_usr,
            with_dependencies = False,
        )
        for distro, manifest in found.distros.items()
    }

def _claim(owners, name, module):
    """Claims the name of a repository for a module. Fails if another module has it."""
    if name in owners:
        fail("cannot install Debian packages as `%s`: the modules `%s` and `%s` both use that name\nhint: give debian.install() another `name`" % (name, owners[name], module))
    owners[name] = module

def _debian_impl(module_ctx):
    # The field exists only with `--experimental_isolated_extension_usages`.
    if getattr(module_ctx, "is_isolated", False):
        fail("cannot install Debian packages: an isolated extension has no repositories of packages, which the extensions of `deb_packages.bzl` make from the shared locks\nhint: remove `isolate = True` from use_extension()")
    locks = []
    owners = {}
    for module in module_ctx.modules:
        for tag in module.tags.install:
            _claim(owners, tag.name, module.name)
            locks += _install_hub(module_ctx, tag)
        for tag in module.tags.install_directory:
            hubs = _hubs_of_directory(module_ctx, tag)
            for hub in hubs.values():
                _claim(owners, hub.name, module.name)
                locks += _install_hub(module_ctx, hub)
            _claim(owners, tag.name, module.name)
            hubs_repository(
                name = tag.name,
                hubs = {distro: hub.name for distro, hub in sorted(hubs.items())},
            )
    locks_repository(
        name = LOCKS_REPOSITORY,
        locks = json.encode({"locks": locks, "mirrors": _mirrors(module_ctx)}),
    )
    return module_ctx.extension_metadata(reproducible = True)

_install = tag_class(
    doc = "Makes the packages of one lock available as `@NAME//PACKAGE` (for the target platform) and `@NAME//PACKAGE/ARCHITECTURE`. `@NAME//:lock.json` is the lock.",
    attrs = {
        "lock": attr.label(doc = "The lock, such as `//debian_packages:debian12.lock.json`. If the file does not exist yet, `bazel run @NAME//:lock` writes it.", mandatory = True),
        "manifest": attr.label(doc = "The manifest that the lock is made from. `bazel run @NAME//:lock` reads it."),
        "merged_usr": attr.bool(doc = "Whether the distro has `/bin`, `/lib` and similar directories as links into `/usr`, as base-files does since Debian 13. If true, files of packages below these directories are moved below `/usr`."),
        "name": attr.string(doc = "The name of the hub repository. Unique among all modules.", mandatory = True),
        "with_dependencies": attr.bool(doc = "Whether `@NAME//PACKAGE` is a file group with the layers of the package and of all its dependencies, as in rules_distroless. If false, it is the layer of the package alone, the same as `@NAME//PACKAGE:data`."),
    },
)

_install_directory = tag_class(
    doc = "Installs the packages of every manifest in a directory: `MANIFEST.yaml` with the lock `MANIFEST.lock.json` becomes the hub `@NAME_MANIFEST`. MANIFEST has letters, digits, `-`, `_` and `.`; hidden files are not manifests. A new manifest needs no other line in MODULE.bazel. `@NAME//:hubs.bzl` has the locks as `LOCKS`, a dict from MANIFEST to the `LOCK` of its hub, and the function `package_label`.",
    attrs = {
        "directory": attr.label(doc = "The BUILD file of the directory, such as `//debian_packages:BUILD.bazel`.", mandatory = True, allow_single_file = True),
        "name": attr.string(doc = "The name of the repository, and the beginning of the names of the hubs. Unique among all modules.", mandatory = True),
        "split_usr": attr.string_list(doc = "The manifests, without `.yaml`, for which `merged_usr` of `install` is false. For all others it is true."),
    },
)

_mirror = tag_class(
    doc = "Sets mirrors of a Debian repository. Repository rules try, in this order: the URLs in the environment variable `<ARCHIVE>_MIRROR`, these mirrors, and then the snapshot archive or the URL of the source. Tags of modules other than the root module are ignored.",
    attrs = {
        "archive": attr.string(doc = "The repository by its name in the sources of the lock (`debian`, `debian-security`), or the key of a source that has a `url`.", mandatory = True),
        "urls": attr.string_list(doc = "URLs of the directory that contains `pool`, in the order to try them.", mandatory = True),
    },
)

debian = module_extension(
    implementation = _debian_impl,
    doc = "Makes the Debian packages of locks available as repositories. A package is downloaded only when a build needs it, and is checked by its SHA-256.",
    tag_classes = {"install": _install, "install_directory": _install_directory, "mirror": _mirror},
)
