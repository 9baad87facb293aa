"""image_vex_explain: a command that explains an issue."""

load("//rules/private:canonical.bzl", "TRANSITION_ATTRS")
load("//rules/private:tool_settings.bzl", "host_program")
load("//rules/private/evidence:contents_of.bzl", "contents_of")
load("//rules/private/evidence:vex_attributes.bzl", "VEX_ATTRS", "vex_files")
load("//rules/private/evidence:writer_run.bzl", "writer_run")

_DOC = """A command that explains an issue: what Debian's security tracker says about it in each release, which of the images
have it, and what to do.

```starlark
image_vex_explain(
    name = "explain",
    images = [":server", ":worker"],
    tracker = "//debian_packages:tracker.json",
)
```

```sh
bazel run //:explain -- CVE-2024-1234
```"""

def _image_vex_explain_impl(ctx):
    contents = [contents_of(ctx, "images", image) for image in ctx.attr.images]
    files = vex_files(ctx)
    arguments = ["explain"] + ["--contents=" + file.short_path for file in contents]
    arguments += ["%s=%s" % (option, file.short_path) for option, file in files.items()]
    return writer_run(ctx, ctx.executable._evidence_writer, arguments, contents + files.values())

image_vex_explain = rule(
    implementation = _image_vex_explain_impl,
    doc = _DOC,
    executable = True,
    attrs = TRANSITION_ATTRS | VEX_ATTRS | {
        "images": attr.label_list(doc = "The images: `image` or `image_index` each.", mandatory = True, allow_empty = False, allow_files = True),
        "_evidence_writer": attr.label(
            default = "//tools:evidence_writer",
            allow_files = True,
            cfg = host_program,
            executable = True,
        ),
    },
)
