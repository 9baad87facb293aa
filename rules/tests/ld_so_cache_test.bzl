"""Tests of what the cache of the dynamic loader is made from."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@bazel_skylib//rules:write_file.bzl", "write_file")
load("//rules:deb.bzl", "deb_layer")
load("//rules:layer.bzl", "flatten", "ld_so_cache")
load("//rules:providers.bzl", "LayerInfo")
load(":fails.bzl", "fails_case")

def _inputs_test_impl(ctx):
    env = analysistest.begin(ctx)
    found = {}
    for action in analysistest.target_actions(env):
        if action.mnemonic in ["LayerAssemble", "LayerPart"]:
            names = [file.basename for file in action.inputs.to_list()]
            found[action.mnemonic] = sorted([name for name in names if name.startswith("ld_so_cache_")])
    asserts.equals(env, {"LayerAssemble": ctx.attr.inputs, "LayerPart": ctx.attr.inputs}, found)
    return analysistest.end(env)

_ATTRS = {"inputs": attr.string_list(doc = "The names of all files of packages and layers that the actions read, sorted.")}

_inputs_test = analysistest.make(_inputs_test_impl, attrs = _ATTRS)

_inputs_of_merged_test = analysistest.make(
    _inputs_test_impl,
    attrs = _ATTRS,
    config_settings = {str(Label("//rules/settings:layering")): "single"},
)

def _layer_of_other_rules_impl(ctx):
    layer = ctx.attr.layer[LayerInfo]
    fields = ["blob", "debs", "merged", "metadata", "mtree", "name", "origin", "size", "whole"]
    more = {"libraries": [layer.metadata] * ctx.attr.libraries} if ctx.attr.libraries else {}
    return [LayerInfo(**({field: getattr(layer, field) for field in fields} | more))]

_layer_of_other_rules = rule(
    implementation = _layer_of_other_rules_impl,
    attrs = {
        "layer": attr.label(providers = [LayerInfo]),
        "libraries": attr.int(doc = "The number of files in `libraries`; 0: the field is missing."),
    },
)

def ld_so_cache_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    for package in ["a", "b", "c"]:
        write_file(
            name = "ld_so_cache_%s_deb" % package,
            out = "ld_so_cache_%s.deb" % package,
            tags = ["manual"],
        )
        deb_layer(
            name = "ld_so_cache_" + package,
            deb = "ld_so_cache_%s.deb" % package,
            include = ["usr/share/doc"] if package == "c" else [],
            tags = ["manual"],
        )
    layers = [":ld_so_cache_" + package for package in ["a", "b", "c"]]
    flatten(
        name = "ld_so_cache_merged",
        layers = layers[:2],
        tags = ["manual"],
    )
    _layer_of_other_rules(
        name = "ld_so_cache_other",
        layer = layers[1],
        tags = ["manual"],
    )
    libraries = ["ld_so_cache_a%s.libraries.json", "ld_so_cache_b%s.libraries.json"]
    tests = []
    for suffix, case in {
        "merged": struct(layers = [":ld_so_cache_merged"], inputs = [file % ".part" for file in libraries]),
        # The package itself is read only if its layer is of a rule that does not have its libraries.
        "other": struct(layers = [layers[0], ":ld_so_cache_other"], inputs = [libraries[0] % "", "ld_so_cache_b.deb"]),
        "single": struct(layering = "single", layers = layers, inputs = [file % ".part" for file in libraries]),
        # The third layer has only a part of its package.
        "packages": struct(layers = layers, inputs = [file % "" for file in libraries]),
    }.items():
        ld_so_cache(
            name = "ld_so_cache_of_" + suffix,
            architecture = "amd64",
            layering = getattr(case, "layering", ""),
            layers = case.layers,
            tags = ["manual"],
        )
        tests.append(":ld_so_cache_of_%s_inputs" % suffix)
        _inputs_test(
            name = "ld_so_cache_of_%s_inputs" % suffix,
            size = "small",
            inputs = sorted(case.inputs),
            target_under_test = ":ld_so_cache_of_" + suffix,
        )

    # If images merge their layers, only the form without compression is made, and its action writes the libraries too.
    _inputs_of_merged_test(
        name = "ld_so_cache_of_parts_inputs",
        size = "small",
        inputs = [file % ".part" for file in libraries],
        target_under_test = ":ld_so_cache_of_packages",
    )
    _layer_of_other_rules(
        name = "ld_so_cache_wrong",
        layer = layers[1],
        libraries = 2,
        tags = ["manual"],
    )
    tests.append(fails_case(
        ld_so_cache,
        "ld_so_cache_of_wrong_libraries",
        "its LayerInfo has 2 in `libraries` and 1 in `debs`\nhint: give one file for each package, or leave out `libraries`",
        architecture = "amd64",
        layers = [":ld_so_cache_wrong"],
    ))
    native.test_suite(
        name = name,
        tests = tests + [":ld_so_cache_of_parts_inputs"],
    )
