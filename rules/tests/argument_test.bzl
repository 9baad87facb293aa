"""Tests that values of rules reach the tools unchanged, with any characters."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("@bazel_skylib//rules:write_file.bzl", "write_file")
load("//rules:image.bzl", "image")
load("//rules:test.bzl", "image_test")

# buildifier: disable=bzl-visibility
load("//rules/private:argument.bzl", "argument")

# Values and their lines in a parameter file.
_LINES = {
    "": "",
    "-": "-",
    "\n": "\\n",
    "\r\n@x": "\\r\\n@x",
    "@x": "\\@x",
    "\\n": "\\\\n",
    "a\n--user=0": "a\\n--user=0",
    "'\"` $(x) ü %s": "'\"` $(x) ü %s",
}

def _lines_test_impl(ctx):
    env = unittest.begin(ctx)
    for value, line in _LINES.items():
        asserts.equals(env, line, argument(value))
    asserts.equals(env, "7", argument(7))
    return unittest.end(env)

lines_test = unittest.make(_lines_test_impl)

def argument_test_suite(name):
    """Tests of the lines, and of an image with such values.

    `image_test` reads the image, and gets options with such values itself.

    Args:
      name: the name of the suite.
    """
    unittest.suite(name + "_lines", partial.make(lines_test, size = "small"))
    words = _LINES.keys() + ["--", "--user=0", "trail ", "\t", "x=y", "\\", "日本"]
    values = {"K%d" % number: word for number, word in enumerate(words)} | {"-k": "-v", "@k": "@v", "a\nb": "c"}
    user = "@user\n:\\g"
    workdir = "/w\n@d"
    image(
        name = name + "_@image",
        annotations = values,
        architecture = "amd64",
        cmd = words,
        entrypoint = words,
        env = values,
        labels = values,
        unchecked = ["entrypoint", "user"],
        user = user,
        workdir = workdir,
    )
    expected = [{"key": key, "value": value} for key, value in values.items()]
    write_file(
        name = name + "_config",
        out = ":@" + name + ".json",
        content = [json.encode({
            "metadataTest": {
                "cmd": words,
                "entrypoint": words,
                "envVars": expected,
                "labels": expected,
                "user": user,
                "workdir": workdir,
            },
            "schemaVersion": "2.0.0",
        })],
    )
    image_test(
        name = name + "_values",
        size = "small",
        configs = [name + "_config"],
        image = name + "_@image",
    )
    native.test_suite(
        name = name,
        tests = [name + "_lines", name + "_values"],
    )
