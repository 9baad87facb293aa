"""A value that a select() chooses, as a target that a rule can read in its implementation."""

SelectedValueInfo = provider(
    doc = "A value that a select() chooses.",
    fields = {"value": "string: the value."},
)

def _selected_value_impl(ctx):
    return [SelectedValueInfo(value = ctx.attr.value)]

selected_value = rule(
    implementation = _selected_value_impl,
    doc = "Turns a select() into a provider.",
    attrs = {"value": attr.string(doc = "The select().")},
)
