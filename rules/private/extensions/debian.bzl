"""The `debian` module extension: turns locks into repositories. It parses no index, runs no tool and downloads nothing itself."""

load("//rules/private/extensions:deb_repository.bzl", "deb_repository")
load("//rules/private/extensions:hub_repository.bzl", "hub_repository")
load("//rules/private/extensions:lock.bzl", "parse_lock", "repository_name")

def _declare_packages(hub, lock, mirrors):
    for name, entries in lock["packages"].items():
        for key, package in entries.items():
            archive = lock["sources"][package["suite"]]["archive"]
            deb_repository(
                name = repository_name(hub, name, key),
                package = name,
                version = package["version"],
                architecture = package.get("architecture", key),
                archive = archive,
                filename = package["filename"],
                mirrors = mirrors.get(archive, []),
                sha256 = package["sha256"],
                snapshot = lock["snapshot"],
            )

def _mirrors(module_ctx):
    """Archive to addresses. Only the root module decides where bytes come from."""
    mirrors = {}
    for module in module_ctx.modules:
        if module.is_root:
            for tag in module.tags.mirror:
                mirrors.setdefault(tag.archive, []).extend(tag.urls)
    return mirrors

def _debian_impl(module_ctx):
    mirrors = _mirrors(module_ctx)
    owners = {}
    for module in module_ctx.modules:
        for tag in module.tags.install:
            if tag.name in owners:
                fail("cannot install Debian packages as `%s`: the modules `%s` and `%s` both use that name\nhint: give debian.install() another `name`" % (tag.name, owners[tag.name], module.name))
            owners[tag.name] = module.name
            parsed = parse_lock(str(tag.lock), module_ctx.read(tag.lock))
            if parsed.problem:
                fail(parsed.problem)
            _declare_packages(tag.name, parsed.lock, mirrors)
            hub_repository(name = tag.name, hub = tag.name, lock = tag.lock)
    return module_ctx.extension_metadata(reproducible = True)

_install = tag_class(
    doc = "Makes the packages of one lock available as `@NAME//PACKAGE` and `@NAME//PACKAGE/ARCHITECTURE`.",
    attrs = {
        "lock": attr.label(doc = "The lock, `DISTRO.lock.json`.", mandatory = True),
        "manifest": attr.label(doc = "The manifest that the lock is made from; for the `lock` command."),
        "name": attr.string(doc = "The name of the hub repository.", mandatory = True),
    },
)

_mirror = tag_class(
    doc = "Says where an archive can be fetched from. The environment variable `<ARCHIVE>_MIRROR` comes before it, the snapshot archive after it. Root module only.",
    attrs = {
        "archive": attr.string(doc = "The archive, as the lock's sources name it: `debian`, `debian-security`.", mandatory = True),
        "urls": attr.string_list(doc = "Addresses of the folder that holds `pool`, in the order to try.", mandatory = True),
    },
)

debian = module_extension(
    implementation = _debian_impl,
    doc = "Debian packages from a lock.",
    tag_classes = {"install": _install, "mirror": _mirror},
)
