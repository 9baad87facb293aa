"""The build setting for the evidence that `//:publish` and the other commands of distroless attach to images."""

_PushEvidenceInfo = provider(
    doc = "The kinds of evidence that commands attach.",
    fields = {"kinds": "list of string: `sbom`, `provenance`."},
)

# Not VEX: it changes each day, and the images do not. It is attached without a push.
_KINDS = ["sbom", "provenance"]

def _push_evidence_setting_impl(ctx):
    kinds = [kind for kind in ctx.build_setting_value if kind]
    for kind in kinds:
        if kind not in _KINDS:
            fail("cannot attach evidence: `%s`: unknown value `%s`; expected some of %s" % (
                ctx.label,
                kind,
                ", ".join(["`%s`" % known for known in _KINDS]),
            ))
    return [_PushEvidenceInfo(kinds = kinds)]

push_evidence_setting = rule(
    implementation = _push_evidence_setting_impl,
    doc = "The build setting `//rules/settings:push_evidence`: kinds of evidence, such as `sbom,provenance`. By default none.",
    build_setting = config.string_list(flag = True),
)

def _push_evidence_kind_impl(ctx):
    is_attached = ctx.attr.kind in ctx.attr.setting[_PushEvidenceInfo].kinds
    return [config_common.FeatureFlagInfo(value = "attached" if is_attached else "omitted")]

_push_evidence_kind = rule(
    implementation = _push_evidence_kind_impl,
    doc = "Whether the setting has one kind: `attached` or `omitted`.",
    attrs = {
        "kind": attr.string(doc = "The kind.", mandatory = True, values = _KINDS),
        "setting": attr.label(doc = "The setting.", mandatory = True, providers = [_PushEvidenceInfo]),
    },
)

# buildifier: disable=unnamed-macro
def push_evidence_conditions(setting):
    """Conditions for `select()`: `SETTING_sbom` and `SETTING_provenance`, which are true if the setting has the kind.

    Args:
      setting: the name of the setting.
    """
    for kind in _KINDS:
        _push_evidence_kind(
            name = "%s_of_%s" % (setting, kind),
            kind = kind,
            setting = setting,
            visibility = ["//visibility:private"],
        )
        native.config_setting(
            name = "%s_%s" % (setting, kind),
            flag_values = {":%s_of_%s" % (setting, kind): "attached"},
        )
