"""Tests of the rules about issues of images."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:evidence.bzl", "image_vex", "image_vex_explain", "image_vex_test")
load("//rules:layer.bzl", "layer")
load("//rules/private/providers:evidence_info.bzl", "EvidenceInfo")
load(":fails.bzl", "fails_case")

# The analysis reads no file.
_TRACKER = "//tests/conformance:vex/document.json"

def _statements_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    statements = target[EvidenceInfo].statements
    asserts.equals(env, ctx.attr.count, len(statements))
    asserts.equals(env, ctx.attr.count, len({one.digest.path: None for one in statements}))
    for one in statements:
        asserts.equals(env, "https://openvex.dev/ns", one.predicate_type)
        asserts.true(env, one.file.basename.endswith(".openvex.json"))
    outputs = [file.basename for file in target[DefaultInfo].files.to_list()]
    name = target.label.name
    asserts.equals(env, [name + ending for ending in [".openvex.json", ".vex.txt", ".vex.md"]], outputs)
    return analysistest.end(env)

statements_test = analysistest.make(_statements_impl, attrs = {"count": attr.int()})

def _flags_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    written = [action for action in analysistest.target_actions(env) if action.mnemonic == "FileWrite"]
    asserts.equals(env, ctx.attr.flags, written[0].content.splitlines())
    environment = target[RunEnvironmentInfo].environment
    asserts.equals(env, ["EVIDENCE_WRITER_FLAGS"], environment.keys())
    runfiles = [file.short_path for file in target[DefaultInfo].default_runfiles.files.to_list()]
    asserts.true(env, environment["EVIDENCE_WRITER_FLAGS"] in runfiles)
    for flag in ctx.attr.flags:
        if flag.endswith(".json"):
            asserts.true(env, flag.split("=")[1] in runfiles, flag)
    return analysistest.end(env)

flags_test = analysistest.make(_flags_impl, attrs = {"flags": attr.string_list()})

def vex_test_suite(name):
    """Declares the tests.

    Args:
      name: the name of the suite.
    """
    tests = []
    for image, count in {"//static:debian12": 6, "//static:debian12_amd64": 1}.items():
        subject = "%s_%d_subject" % (name, count)
        image_vex(name = subject, author = "Example", image = image, tags = ["manual"], tracker = _TRACKER)
        statements_test(name = "%s_%d" % (name, count), count = count, size = "small", target_under_test = ":" + subject)
        tests.append("%s_%d" % (name, count))
    common = {"tracker": _TRACKER, "reviews": "//tests/conformance:vex/reviews.json", "tags": ["manual"]}
    files = ["--tracker=tests/conformance/vex/document.json", "--reviews=tests/conformance/vex/reviews.json"]
    image_vex_test(name = name + "_gate_subject_test", image = "//static:debian12", **common)
    image_vex_explain(name = name + "_explain_subject", images = ["//static:debian12"], **common)
    contents = ["--contents=static/debian12.contents.json"]
    for kind, start in {
        "explain_subject": ["explain"],
        "gate_subject_test": ["vex-gate", "--name=%s" % Label("//static:debian12")],
    }.items():
        test = "%s_%s" % (name, kind.split("_")[0])
        flags_test(name = test, flags = start + contents + files, size = "small", target_under_test = ":%s_%s" % (name, kind))
        tests.append(test)
    layer(name = name + "_layer", files = {"vex_test.bzl": "/a"}, tags = ["manual"])
    tests += [
        fails_case(
            image_vex,
            name + "_no_author",
            "author: it is empty; expected a name, a mail address or a URL",
            author = "",
            image = "//static:debian12",
            tracker = _TRACKER,
        ),
        fails_case(
            image_vex,
            name + "_no_image",
            "is a layer, not an image",
            author = "Example",
            image = ":%s_layer" % name,
            tracker = _TRACKER,
        ),
    ]
    native.test_suite(name = name, tests = tests)
