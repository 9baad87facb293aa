"""The module extension `runtimes`: creates repositories from locks of upstream release archives."""

load("//rules/private/extensions:runtime_hub.bzl", "runtime_hub")
load("//rules/private/extensions:runtime_lock.bzl", "package_url", "parse_runtime_lock", "runtime_repository_name")
load("//rules/private/extensions:runtime_repository.bzl", "runtime_repository")

def _declare_archives(hub, lock):
    for version, archives in lock["archives"].items():
        for architecture, archive in archives.items():
            npm = archive.get("npm", {})
            runtime_repository(
                name = runtime_repository_name(hub, version, architecture),
                hub = hub,
                address = lock["address"],
                annotations = {
                    "com.google.distroless.licenses": lock["license"],
                    "com.google.distroless.purl": package_url(lock, version, archive),
                },
                architecture = architecture,
                file_sha256 = {name: sha256 or "" for name, sha256 in archive["files"].items()},
                filename = archive["filename"],
                files = lock["files"],
                npm_integrity = npm.get("integrity", ""),
                npm_package = npm.get("package", ""),
                npm_version = npm.get("version", ""),
                runtime = lock["name"],
                sha256 = archive["sha256"],
                version = version,
            )

def _runtimes_impl(module_ctx):
    owners = {}
    for module in module_ctx.modules:
        for tag in module.tags.install:
            if tag.name in owners:
                fail("cannot install a runtime as `%s`: the modules `%s` and `%s` both use that name\nhint: give runtimes.install() another `name`" % (tag.name, owners[tag.name], module.name))
            owners[tag.name] = module.name
            parsed = parse_runtime_lock(str(tag.lock), module_ctx.read(tag.lock))
            if parsed.problem:
                fail(parsed.problem)
            _declare_archives(tag.name, parsed.lock)
            runtime_hub(name = tag.name, hub = tag.name, lock = tag.lock)
    return module_ctx.extension_metadata(reproducible = True)

_install = tag_class(
    doc = "Makes the archives of one lock available as `@NAME//VERSION` (for the target platform) and `@NAME//VERSION/ARCHITECTURE`. `@NAME//:lock.json` is the lock.",
    attrs = {
        "lock": attr.label(doc = "The lock, such as `//nodejs:nodejs.lock.json`.", mandatory = True),
        "name": attr.string(doc = "The name of the hub repository. Unique among all modules.", mandatory = True),
    },
)

runtimes = module_extension(
    implementation = _runtimes_impl,
    doc = "Runtimes that Debian does not package, from locked upstream release archives.",
    tag_classes = {"install": _install},
)
