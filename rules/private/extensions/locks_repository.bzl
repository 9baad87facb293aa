"""locks_repository: where the locks of all hubs are, for the extensions that create the repositories of packages."""

# Its name in the extension `debian`; `@debian_locks` in this module.
LOCKS_REPOSITORY = "debian__locks"

def _locks_repository_impl(rctx):
    rctx.file("BUILD.bazel", "", executable = False)
    rctx.file("locks.json", rctx.attr.locks, executable = False)

locks_repository = repository_rule(
    implementation = _locks_repository_impl,
    doc = "The locks of all hubs and the mirrors, as `locks.json`.",
    attrs = {
        "locks": attr.string(doc = "The content of `locks.json`.", mandatory = True),
    },
)

def _marker_repository_impl(rctx):
    rctx.file("BUILD.bazel", "", executable = False)

marker_repository = repository_rule(
    implementation = _marker_repository_impl,
    doc = "An empty repository. Its canonical name shows how Bazel names the repositories of its extension.",
)
