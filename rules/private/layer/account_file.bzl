"""The common part of passwd and group: a file of lines of fields, separated by colons, as a layer."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:entries.bzl", "entries")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

def account_problem(line, form):
    """Checks that a line matches a form. A field named …ID in the form is a number; the first field is not empty.

    Args:
      line: the line, without the line break.
      form: the names of the fields, separated by colons.

    Returns:
      The reason why it does not match, or None.
    """
    if "\n" in line:
        return "it has several lines"
    names = form.split(":")
    fields = line.split(":")
    if len(fields) != len(names):
        return "it has %d fields" % len(fields)
    if not fields[0]:
        return "%s is empty" % names[0]
    for name, field in zip(names, fields):
        if name.endswith("ID") and not field.isdigit():
            return "%s `%s` is not a number" % (name, field)
    return None

def account_file_rule(name, form, doc):
    """A rule that writes `/etc/NAME`.

    Args:
      name: the name of the file in `/etc`.
      form: the names of the fields, separated by colons.
      doc: the documentation of the rule.

    Returns:
      A rule with one attribute, `entries`.
    """

    def impl(ctx):
        for line in ctx.attr.entries:
            problem = account_problem(line, form)
            if problem:
                fail("cannot write `%s`: entries: `%s` is not of the form `%s`: %s" % (ctx.label, line, form, problem))
        content = "".join([line + "\n" for line in ctx.attr.entries])
        return layer_outputs(layer_actions.entries_layer(ctx, [entries.file("etc/" + name, content)], [], name))

    return rule(
        implementation = impl,
        doc = doc,
        cfg = canonical,
        provides = [LayerInfo],
        toolchains = [TOOLCHAIN_TYPE],
        attrs = CANONICAL_ATTRS | {
            "entries": attr.string_list(
                doc = "The lines of the file, each in the form `%s`." % form,
                mandatory = True,
            ),
        },
    )
