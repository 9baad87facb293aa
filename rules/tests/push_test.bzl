"""Tests of the rules that push and load images: plans, and messages."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("//rules:image.bzl", "image", "image_index", "oci_artifact")
load("//rules:layer.bzl", "layer")
load("//rules:providers.bzl", "EvidenceInfo", "ImageIndexInfo")
load("//rules:push.bzl", "image_load", "image_push", "publisher", "push_set")
load("//rules/private/push:names.bzl", "split_name", "tag_problem")
load("//rules/private/push:push_evidence.bzl", "push_evidence_setting")
load("//rules/private/push:push_layers.bzl", "push_layers_setting")
load(":fails.bzl", "fails_case")

# The directory of outputs depends on the configuration of the test.
_OUTPUTS = "OUTPUTS/"
_HERE = _OUTPUTS + "rules/tests/"

_TYPE = "https://spdx.dev/Document"

def _evidence_impl(ctx):
    index = ctx.attr.index[ImageIndexInfo]
    statements = []
    for number, subject in enumerate([index, index.images[1]]):
        file = ctx.actions.declare_file("%s.%d.json" % (ctx.label.name, number))
        ctx.actions.write(file, "{}")
        statements.append(struct(digest = subject.digest, file = file, predicate_type = _TYPE))
    return [EvidenceInfo(statements = statements)]

_evidence = rule(
    implementation = _evidence_impl,
    attrs = {"index": attr.label(mandatory = True, providers = [ImageIndexInfo])},
)

def _plan_of(env):
    for action in analysistest.target_actions(env):
        if [file for file in action.outputs.to_list() if file.basename.endswith(".plan.json")]:
            return json.decode(action.content)
    fail("no action writes a plan")

def _runfiles(env):
    target = analysistest.target_under_test(env)
    return [entry.path.split("/")[-1] for entry in target[DefaultInfo].default_runfiles.root_symlinks.to_list()]

def _plan_test_impl(ctx):
    env = analysistest.begin(ctx)
    outputs = "images/" + analysistest.target_bin_dir_path(env).removeprefix("bazel-out/") + "/"
    asserts.equals(env, json.decode(ctx.attr.plan.replace(_OUTPUTS, outputs)), _plan_of(env))
    names = _runfiles(env)
    for name in ctx.attr.runfiles:
        asserts.true(env, name in names, "`%s` is not in the runfiles: %s" % (name, names))
    for name in ctx.attr.no_runfiles:
        asserts.false(env, name in names, "`%s` is in the runfiles" % name)
    return analysistest.end(env)

def _platforms_test_impl(ctx):
    env = analysistest.begin(ctx)
    documents = _plan_of(env)["images"][0]["documents"]
    asserts.equals(env, 5, len({path: None for path in documents}), "documents: %s" % documents)
    return analysistest.end(env)

platforms_test = analysistest.make(_platforms_test_impl)

_PLAN_ATTRS = {
    "no_runfiles": attr.string_list(),
    "plan": attr.string(),
    "runfiles": attr.string_list(),
}

plan_test = analysistest.make(_plan_test_impl, attrs = _PLAN_ATTRS)

remote_plan_test = analysistest.make(
    _plan_test_impl,
    attrs = _PLAN_ATTRS,
    config_settings = {str(Label("//rules/settings:push_layers")): "remote"},
)

_LAYER = {
    "blob": _HERE + "pushed_layer.tar.gz",
    "metadata": _HERE + "pushed_layer.layer.json",
}

def _plan(images, command = "push", layers = [_LAYER], repositories = [], template = "", statements = []):
    return json.encode({
        "command": command,
        "images": images,
        "layers": layers,
        "repositories": repositories,
        "version": 1,
    } | ({"statements": statements} if statements else {}) | ({"template": template} if template else {}))

def _image(content, architecture = "", date = "", distro = "", name = "", runtime = "", tag = "", tags = [], tag_files = [], variant = ""):
    return content | {
        "architecture": architecture,
        "date": date,
        "distro": distro,
        "name": name,
        "runtime": runtime,
        "tag": tag,
        "tags": tags,
        "variant": variant,
    } | ({"tag_files": tag_files} if tag_files else {})

def _documents(stems):
    return [_HERE + stem + ending for stem in stems for ending in [".config.json", ".manifest.json"]]

_OF_ARM64 = {
    "documents": _documents(["pushed_arm64"]),
    "layers": [0],
    "root": _HERE + "pushed_arm64.descriptor.json",
}
_STATEMENTS = [
    {"digest": _HERE + stem + ".digest", "file": _HERE + "evidence.%d.json" % number, "type": _TYPE}
    for number, stem in enumerate(["pushed", "pushed_arm64"])
]
_OF_INDEX = {
    "documents": [_HERE + "pushed.index.json"] + _documents(["pushed_amd64", "pushed_arm64"]),
    "layers": [0],
    "root": _HERE + "pushed.descriptor.json",
}

def _subjects():
    layer(
        name = "pushed_layer",
        compression = "gzip",
        directories = ["/srv"],
        tags = ["manual"],
    )
    for architecture in ["amd64", "arm64"]:
        image(
            name = "pushed_" + architecture,
            architecture = architecture,
            layers = [":pushed_layer"],
            tags = ["manual"],
        )
    image_index(
        name = "pushed",
        images = [":pushed_amd64", ":pushed_arm64"],
        tags = ["manual"],
    )
    image(
        name = "pushed_image",
        layers = [":pushed_layer"],
        tags = ["manual"],
    )
    image_index(
        name = "pushed_for_platforms",
        image = ":pushed_image",
        platforms = ["//rules/platforms:linux_amd64", "//rules/platforms:linux_arm64"],
        tags = ["manual"],
    )
    image_push(
        name = "push_for_platforms",
        image = ":pushed_for_platforms",
        tags = ["manual"],
    )
    oci_artifact(
        name = "pushed_artifact",
        artifact_type = "application/vnd.example",
        files = {"fails.bzl": "text/plain"},
        tags = ["manual"],
    )
    image_push(
        name = "push_index",
        image = ":pushed",
        mirrors = ["mirror.example/server"],
        remote_tags = ["latest", "1.2.0"],
        repository = "registry.example/server",
        tag_files = ["BUILD.bazel"],
        tags = ["manual"],
    )
    _evidence(
        name = "evidence",
        index = ":pushed",
        tags = ["manual"],
    )
    image_push(
        name = "push_with_evidence",
        evidence = [":evidence"],
        image = ":pushed",
        tags = ["manual"],
    )
    push_set(
        name = "push_set_with_evidence",
        evidence = [":evidence"],
        image_name = "server",
        images = {":pushed": ""},
        tags = ["manual"],
    )
    push_set(
        name = "push_sets_with_evidence",
        evidence = [":evidence"],
        sets = [":push_set_with_evidence"],
        tags = ["manual"],
        template = "{{ name }}",
    )
    image_push(
        name = "push_artifact",
        image = ":pushed_artifact",
        tags = ["manual"],
    )
    native.filegroup(
        name = "pushed_layout",
        srcs = [":pushed"],
        output_group = "oci_layout",
        tags = ["manual"],
    )
    image_push(
        name = "push_layout",
        image = ":pushed_layout",
        tags = ["manual"],
    )
    image_load(
        name = "load_image",
        image = ":pushed_arm64",
        tag = "localhost:5000/team/server:1",
        tags = ["manual"],
    )
    image_load(
        name = "load_default",
        image = ":pushed_arm64",
        tags = ["manual"],
    )
    push_set(
        name = "push_one_name",
        created = "2026-11-20T02:11:10Z",
        distro = "debian12",
        image_name = "server",
        images = {":pushed": "", ":pushed_arm64": "debug"},
        runtime = "1.2.3",
        tags = ["manual"],
    )
    publisher(
        name = "pushed_publisher",
        repository = "registry.example/team",
    )
    push_set(
        name = "push_all",
        publisher = ":pushed_publisher",
        sets = [":push_one_name"],
        tags = ["manual"],
        template = "{{ name }}:{{ tag }}",
    )

_PUSHED_INDEX = _image(_OF_INDEX, tag_files = ["images/rules/tests/BUILD.bazel"], tags = ["latest", "1.2.0"])

def _named(content, **facts):
    return _image(content, date = "2026-11-20T02:11:10Z", distro = "debian12", name = "server", runtime = "1.2.3", **facts)

_ONE_NAME = [
    _named(_OF_INDEX, tag = "latest"),
    _named(_OF_ARM64, architecture = "arm64", tag = "debug-arm64", variant = "debug"),
]

def _plan_tests():
    repositories = ["registry.example/server", "mirror.example/server"]
    plan_test(
        name = "plan_of_an_index",
        size = "small",
        plan = _plan([_PUSHED_INDEX], repositories = repositories),
        runfiles = ["BUILD.bazel", "pushed.index.json", "pushed_layer.layer.json", "pushed_layer.tar.gz"],
        target_under_test = ":push_index",
    )
    remote_plan_test(
        name = "plan_of_layers_in_a_remote_cache",
        size = "small",
        no_runfiles = ["pushed_layer.tar.gz", "pushed"],
        plan = _plan([_PUSHED_INDEX], layers = [_LAYER | {"blob": ""}], repositories = repositories),
        runfiles = ["pushed.index.json", "pushed_layer.layer.json"],
        target_under_test = ":push_index",
    )
    plan_test(
        name = "plan_of_evidence",
        size = "small",
        plan = _plan([_image(_OF_INDEX, tags = ["latest"])], statements = _STATEMENTS),
        runfiles = ["evidence.0.json", "evidence.1.json", "pushed.digest", "pushed_arm64.digest"],
        target_under_test = ":push_with_evidence",
    )
    plan_test(
        name = "plan_of_evidence_of_sets",
        size = "small",
        plan = _plan([_image(_OF_INDEX, name = "server", tag = "latest")], statements = _STATEMENTS, template = "{{ name }}"),
        target_under_test = ":push_sets_with_evidence",
    )
    plan_test(
        name = "plan_of_an_artifact",
        size = "small",
        plan = _plan([_image({"layout": _HERE + "pushed_artifact"}, tags = ["latest"])], layers = []),
        runfiles = ["pushed_artifact"],
        target_under_test = ":push_artifact",
    )
    plan_test(
        name = "plan_of_a_layout",
        size = "small",
        plan = _plan([_image({"layout": _HERE + "pushed"}, tags = ["latest"])], layers = []),
        runfiles = ["pushed"],
        target_under_test = ":push_layout",
    )
    plan_test(
        name = "plan_of_a_load",
        size = "small",
        plan = _plan([_image(_OF_ARM64, architecture = "arm64", name = "localhost:5000/team/server", tag = "1")], command = "load"),
        target_under_test = ":load_image",
    )
    plan_test(
        name = "plan_of_a_load_without_a_name",
        size = "small",
        plan = _plan([_image(_OF_ARM64, architecture = "arm64", name = "rules/tests", tag = "pushed_arm64")], command = "load"),
        target_under_test = ":load_default",
    )
    plan_test(
        name = "plan_of_sets",
        size = "small",
        plan = _plan(_ONE_NAME, repositories = ["registry.example/team"], template = "{{ name }}:{{ tag }}"),
        target_under_test = ":push_all",
    )
    platforms_test(
        name = "plan_of_one_target_for_two_platforms",
        size = "small",
        target_under_test = ":push_for_platforms",
    )
    return [
        "plan_of_one_target_for_two_platforms",
        "plan_of_an_index",
        "plan_of_layers_in_a_remote_cache",
        "plan_of_an_artifact",
        "plan_of_a_layout",
        "plan_of_a_load",
        "plan_of_a_load_without_a_name",
        "plan_of_sets",
    ]

def _failures():
    return [
        fails_case(
            image_push,
            "push_of_two_files",
            "cannot publish `@@//rules/tests:push_of_two_files_subject`: image: `@@//rules/tests:bzl_files` provides 2 files; expected an image, an index, an artifact, or one OCI layout (a directory or an archive)",
            image = ":bzl_files",
        ),
        fails_case(
            image_push,
            "push_of_a_wrong_tag",
            "cannot push `@@//rules/tests:push_of_a_wrong_tag_subject`: remote_tags: `1+2` is not a tag",
            image = ":pushed",
            remote_tags = ["1+2"],
        ),
        fails_case(
            image_push,
            "push_to_no_repository",
            "cannot push `@@//rules/tests:push_to_no_repository_subject`: repository: `registry.example/a:1` is not a repository: it has a tag or a digest\nhint: write `HOST/PATH`, such as `registry.example/team`",
            image = ":pushed",
            mirrors = ["registry.example/a:1"],
        ),
        fails_case(
            push_set,
            "push_without_a_name",
            "cannot push `@@//rules/tests:push_without_a_name_subject`: image_name: `images` need a name",
            images = {":pushed": ""},
        ),
        fails_case(
            image_load,
            "load_without_a_tag",
            "cannot load `@@//rules/tests:load_without_a_tag_subject`: tag: `server` has no tag; expected `NAME:TAG`, such as `server:latest`",
            image = ":pushed",
            tag = "server",
        ),
        fails_case(
            push_layers_setting,
            "push_layers_of_an_unknown_value",
            "cannot push layers: `@@//rules/tests:push_layers_of_an_unknown_value_subject`: unknown value `lazy`; expected one of `local`, `remote`",
            build_setting_default = "lazy",
        ),
        fails_case(
            push_evidence_setting,
            "push_evidence_of_an_unknown_kind",
            "cannot attach evidence: `@@//rules/tests:push_evidence_of_an_unknown_kind_subject`: unknown value `licence`; expected some of `sbom`, `provenance`",
            build_setting_default = ["licence"],
        ),
    ]

def _names_test_impl(ctx):
    env = unittest.begin(ctx)
    for tag in ["latest", "1.2.0", "_a-B", "a" * 128]:
        asserts.equals(env, None, tag_problem(tag))
    form = "expected at most 128 letters, digits, `_`, `.` and `-`, with a letter, a digit or `_` first"
    for tag in ["", ".a", "-a", "a" * 129, "a/", "a/b"]:
        asserts.equals(env, "`%s` is not a tag; %s" % (tag, form), tag_problem(tag))
    for text, name, tag in [("a:1", "a", "1"), ("localhost:5000/a:b", "localhost:5000/a", "b")]:
        split = split_name(text)
        asserts.equals(env, (name, tag, None), (split.name, split.tag, split.problem))
    for text, problem in {
        "Server:1": "`Server` is not a name: its path has capital letters\nhint: write the path in lower case",
        "a:.": "`.` is not a tag; " + form,
        "localhost:5000/a": "`localhost:5000/a` has no tag; expected `NAME:TAG`, such as `server:latest`",
    }.items():
        asserts.equals(env, problem, split_name(text).problem)
    return unittest.end(env)

names_test = unittest.make(_names_test_impl)

def push_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    _subjects()
    unittest.suite(name + "_names", partial.make(names_test, size = "small"))
    native.test_suite(
        name = name,
        tests = _plan_tests() + _failures() + [name + "_names"],
    )
