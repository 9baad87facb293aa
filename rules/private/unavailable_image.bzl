"""unavailable_image: a name that people ask for and that is not made, with the reason and the name to use."""

def _unavailable_image_impl(ctx):
    fail("cannot build `%s`: %s%s" % (
        ctx.label,
        ctx.attr.reason,
        "\nhint: build `%s` instead" % ctx.attr.instead if ctx.attr.instead else "",
    ))

unavailable_image = rule(
    implementation = _unavailable_image_impl,
    doc = "A name that people ask for and that is not made: building it says why, and what to build instead. Tag it `manual`.",
    attrs = {
        "instead": attr.string(doc = "The label to build instead."),
        "reason": attr.string(doc = "Why there is no such image.", mandatory = True),
    },
)
