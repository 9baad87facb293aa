"""The facts about a build that provenance states: the version of the rules, their tools, and the builder."""

load("//rules/private/providers:build_facts_info.bzl", "BuildFactsInfo")

_BuilderInfo = provider(
    doc = "The builder that provenance names.",
    fields = {"uri": "string: a URI, or an empty string."},
)

def _builder_setting_impl(ctx):
    uri = ctx.build_setting_value
    if uri and "://" not in uri:
        fail("cannot use setting `%s`: expected a URI such as `https://ci.example/images`, found `%s`" % (ctx.label, uri))
    return [_BuilderInfo(uri = uri)]

builder_setting = rule(
    implementation = _builder_setting_impl,
    doc = "The build setting `//rules/settings:builder`: a URI of the builder that provenance names. By default none.",
    build_setting = config.string(flag = True),
)

def _build_facts_impl(ctx):
    return [BuildFactsInfo(
        builder = ctx.attr.builder[_BuilderInfo].uri,
        tools_lock = ctx.file.tools_lock,
        version = ctx.attr.version,
    )]

_build_facts = rule(
    implementation = _build_facts_impl,
    doc = "The facts about a build that provenance states.",
    attrs = {
        "builder": attr.label(doc = "The setting of the builder.", mandatory = True, providers = [_BuilderInfo]),
        "tools_lock": attr.label(doc = "The lock of the released programs.", mandatory = True, allow_single_file = True),
        "version": attr.string(doc = "The version of the module."),
    },
)

def build_facts(name, **kwargs):
    """Declares the facts, with the version of the module that this BUILD file belongs to.

    Args:
      name: the name of the target.
      **kwargs: the other attributes.
    """
    _build_facts(name = name, version = native.module_version() or "", **kwargs)

# For every rule that makes an image or its provenance.
BUILD_FACTS_ATTRS = {
    "_build_facts": attr.label(default = "//rules/private/image:build_facts", providers = [BuildFactsInfo]),
}
