"""The `debian` module extension: turns locks into repositories. It parses no index, runs no tool and downloads nothing itself."""

load("//rules/private/extensions:addresses.bzl", "snapshot_addresses")
load("//rules/private/extensions:deb_repository.bzl", "deb_repository")
load("//rules/private/extensions:hub_repository.bzl", "hub_repository")
load("//rules/private/extensions:lock.bzl", "parse_lock", "repository_name")
load("//rules/private/extensions:lock_command.bzl", "lock_command")

def _place(key, source, snapshot, mirrors, lock_label):
    """What deb_repository needs to know of a source."""
    if "folder" in source:
        return {"folder": source["folder"], "lock": lock_label}

    # `NAME@DATE` is a source in the state of an older Release: `debian_lock update --only` keeps packages of it.
    key, _, date = key.partition("@")
    name = source.get("archive", key)
    last = [source["url"]] if "url" in source else snapshot_addresses(name, date or snapshot)
    return {"roots": mirrors.get(name, []) + last, "source": name}

def _declare_packages(hub, lock, lock_label, mirrors, merged_usr):
    places = {
        key: _place(key, source, lock["snapshot"], mirrors, lock_label)
        for key, source in lock["sources"].items()
    }
    for name, entries in lock["packages"].items():
        for key, package in entries.items():
            if "urls" in package:
                place = {"urls": package["urls"]}
            else:
                place = places[package["suite"]] | {"filename": package["filename"]}
            deb_repository(
                name = repository_name(hub, name, key),
                package = name,
                version = package["version"],
                architecture = package.get("architecture", key),
                merged_usr = merged_usr,
                origin = package.get("source", name),
                size = package.get("size", 0),
                sha256 = package["sha256"],
                **place
            )

def _mirrors(module_ctx):
    """Archive or source to addresses. Only the root module decides where bytes come from."""
    mirrors = {}
    for module in module_ctx.modules:
        if module.is_root:
            for tag in module.tags.mirror:
                mirrors.setdefault(tag.archive, []).extend(tag.urls)
    return mirrors

def _install_hub(module_ctx, tag, mirrors):
    """The hub of a lock and the repositories of its packages; where there is no lock yet, only the command that makes it."""
    command = lock_command(tag.name, tag.lock, tag.manifest)
    path = module_ctx.path(tag.lock)
    module_ctx.watch(path)
    if path.exists:
        parsed = parse_lock(str(tag.lock), module_ctx.read(tag.lock))
        if parsed.problem:
            fail(parsed.problem)
        _declare_packages(tag.name, parsed.lock, tag.lock, mirrors, tag.merged_usr)
    else:
        if command.problem:
            fail("cannot read lock `%s`: there is no such file\n%s" % (tag.lock, command.problem))

        # buildifier: disable=print
        print("there is no lock `%s` yet, so `@%s` has no packages; make it with `bazel run @%s//:lock`" % (tag.lock, tag.name, tag.name))
    hub_repository(
        name = tag.name,
        hub = tag.name,
        lock = tag.lock,
        empty = not path.exists,
        lock_args = command.args,
        lock_problem = command.problem,
        with_dependencies = tag.with_dependencies,
    )

def _debian_impl(module_ctx):
    mirrors = _mirrors(module_ctx)
    owners = {}
    for module in module_ctx.modules:
        for tag in module.tags.install:
            if tag.name in owners:
                fail("cannot install Debian packages as `%s`: the modules `%s` and `%s` both use that name\nhint: give debian.install() another `name`" % (tag.name, owners[tag.name], module.name))
            owners[tag.name] = module.name
            _install_hub(module_ctx, tag, mirrors)
    return module_ctx.extension_metadata(reproducible = True)

_install = tag_class(
    doc = "Makes the packages of one lock available as `@NAME//PACKAGE` and `@NAME//PACKAGE/ARCHITECTURE`.",
    attrs = {
        "lock": attr.label(doc = "The lock, `DISTRO.lock.json`.", mandatory = True),
        "manifest": attr.label(doc = "The manifest that the lock is made from, for `bazel run @NAME//:lock`."),
        "merged_usr": attr.bool(doc = "Whether `/bin` and its like are links into `/usr`, as base-files has them since Debian 13: then what a package has below them is put below `/usr`."),
        "name": attr.string(doc = "The name of the hub repository.", mandatory = True),
        "with_dependencies": attr.bool(doc = "Whether `@NAME//PACKAGE` is a group of files, the layers of the package and of all that it needs, as in rules_distroless. By default it is the package's own layer, as `@NAME//PACKAGE:data` always is."),
    },
)

_mirror = tag_class(
    doc = "Says where an archive can be fetched from. The environment variable `<ARCHIVE>_MIRROR` comes before it, the snapshot archive or the source's own address after it. Root module only.",
    attrs = {
        "archive": attr.string(doc = "The archive, as the lock's sources name it (`debian`, `debian-security`), or the key of a source with a `url`.", mandatory = True),
        "urls": attr.string_list(doc = "Addresses of the folder that holds `pool`, in the order to try.", mandatory = True),
    },
)

debian = module_extension(
    implementation = _debian_impl,
    doc = "Debian packages from a lock.",
    tag_classes = {"install": _install, "mirror": _mirror},
)
