"""image_diff_test: compares the difference of two images with a file."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("//rules/private/evidence:image_diff.bzl", "image_diff")

_SCRIPT = """#!/bin/sh
# Replaces the expected file by the difference that was built.
set -eu
target="${BUILD_WORKSPACE_DIRECTORY:?call it by bazel run}/%s"
cp "%s" "$target.new"
chmod 644 "$target.new"
mv "$target.new" "$target"
"""

def _update_impl(ctx):
    expected = ctx.attr.expected.label
    if expected.repo_name:
        fail("cannot build `%s`: expected: `%s` is not a file of this workspace" % (ctx.label, expected))
    path = (expected.package + "/" if expected.package else "") + expected.name
    for part in [path, ctx.file.difference.short_path]:
        if [c for c in part.elems() if c in "\"$`\\\n"]:
            fail("cannot build `%s`: `%s` has a character with a meaning in shell scripts" % (ctx.label, part))
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, _SCRIPT % (path, ctx.file.difference.short_path), is_executable = True)
    return [DefaultInfo(executable = script, runfiles = ctx.runfiles([ctx.file.difference]))]

_update = rule(
    implementation = _update_impl,
    doc = "Replaces the expected file of an image_diff_test, with `bazel run`.",
    executable = True,
    attrs = {
        "difference": attr.label(doc = "The difference.", allow_single_file = True, mandatory = True),
        "expected": attr.label(doc = "The file to replace.", allow_single_file = True, mandatory = True),
    },
)

def image_diff_test(name, old, new, expected, summary = False, platform = "", tags = [], visibility = None, **kwargs):
    """Fails if the difference of two images is not the text of a file.

    A team that keeps the file in its repository sees in each review what a change does to its image.

    ```starlark
    image_diff_test(name = "changes_test", old = "@base_image", new = ":server", expected = "changes.txt")
    ```

    The test prints the lines that differ. `bazel run :NAME.update` writes the file; make an empty one first.

    Args:
      name: the name of the test.
      old: the old side, as of `image_diff`.
      new: the new side, as of `image_diff`.
      expected: the file with the expected difference, in the format `text`.
      summary: whether to leave out the lists of files, layers, symbols and changelog entries.
      platform: the platform of the images to compare. By default, all platforms that both sides have.
      tags: the tags of the test and of the targets that it needs.
      visibility: the visibility of the test.
      **kwargs: further attributes of the test, such as `size`.
    """
    image_diff(
        name = name + ".difference",
        formats = ["text"],
        new = new,
        old = old,
        platform = platform,
        summary = summary,
        tags = tags + ["manual"],
        visibility = ["//visibility:private"],
    )
    _update(
        name = name + ".update",
        difference = ":%s.difference" % name,
        expected = expected,
        tags = tags + ["manual"],
        visibility = ["//visibility:private"],
    )
    diff_test(
        name = name,
        failure_message = "The difference of the images is not that of the file. Look at it, and update the file: bazel run %s" % native.package_relative_label(name + ".update"),
        file1 = expected,
        file2 = ":%s.difference" % name,
        tags = tags,
        visibility = visibility,
        **kwargs
    )
