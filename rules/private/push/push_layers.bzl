"""The build setting for the layers of images that are pushed: files of this machine, or of a remote cache."""

PushLayersInfo = provider(
    doc = "Where the program that pushes images gets their layers.",
    fields = {"local": "bool: whether the layers are files of this machine."},
)

_VALUES = ["local", "remote"]

def _push_layers_setting_impl(ctx):
    value = ctx.build_setting_value
    if value not in _VALUES:
        fail("cannot push layers: `%s`: unknown value `%s`; expected one of %s" % (
            ctx.label,
            value,
            ", ".join(["`%s`" % known for known in _VALUES]),
        ))
    return [PushLayersInfo(local = value == "local")]

push_layers_setting = rule(
    implementation = _push_layers_setting_impl,
    doc = "The build setting `//rules/settings:push_layers`: `local`, or `remote` if a build downloads no layers.",
    build_setting = config.string(flag = True),
)
