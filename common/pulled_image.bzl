"""pulled_image: a repository with one alias of the same name, for a target of this module."""

def _pulled_image_impl(rctx):
    rctx.file("BUILD.bazel", _BUILD.format(
        actual = repr(str(rctx.attr.image)),
        name = repr(rctx.attr.target),
    ), executable = False)

_BUILD = """alias(
    name = {name},
    actual = {actual},
    visibility = ["//visibility:public"],
)
"""

pulled_image = repository_rule(
    implementation = _pulled_image_impl,
    doc = "Makes an image available as `@NAME`. It fetches no file.",
    attrs = {
        "image": attr.label(doc = "The image.", mandatory = True),
        "target": attr.string(doc = "The name of the alias, which is the apparent name of the repository.", mandatory = True),
    },
)
