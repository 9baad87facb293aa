"""image_push: pushes one image to registries."""

load("//rules/private/push:evidence.bzl", "EVIDENCE_ATTR", "statements_of")
load("//rules/private/push:names.bzl", "repositories_problem", "tag_problem")
load("//rules/private/push:program.bzl", "PROGRAM_ATTRS", "program")
load("//rules/private/push:publication.bzl", "publication")

_DOC = """A command that pushes an image to one or more repositories: `bazel run //app:push`.

The image is one of distroless's rules (`image`, `image_index`, `oci_artifact`), or a target of another rule set whose
output is one directory or archive in [OCI image
layout](https://github.com/opencontainers/image-spec/blob/main/image-layout.md) format, or that has the output group
`oci_layout`. The command sends only what the registry lacks. It uses the credentials of `docker login` and
`podman login`.

```starlark
image_push(
    name = "push",
    image = ":server",
    remote_tags = ["latest", "1.2.0"],
    repository = "registry.example/team/server",
)
```

Options of [`image_push push`](image_push.md) follow `--`: `bazel run //app:push -- --repository
registry.example/other/server --tag test`. A tag that depends on the status of the workspace is in a file of a rule that
stamps:

```starlark
genrule(
    name = "version",
    outs = ["version.txt"],
    cmd = "sed -n 's/^STABLE_GIT_COMMIT //p' bazel-out/stable-status.txt >$@",
    stamp = True,
)

image_push(
    name = "push",
    image = ":server",
    repository = "registry.example/team/server",
    tag_files = [":version"],
)
```

`evidence` has statements about the image, such as its SBOM. `bazel run //app:push -- --key cosign.key` signs and attaches
them in the same run ([signing](../guides/signing.md#evidence-in-a-push)):

```starlark
image_push(
    name = "push",
    evidence = [":server_sbom"],
    image = ":server",
    repository = "registry.example/team/server",
)
```"""

def _image_push_impl(ctx):
    for tag in ctx.attr.remote_tags:
        problem = tag_problem(tag)
        if problem:
            fail("cannot push `%s`: remote_tags: %s" % (ctx.label, problem))
    image = publication(ctx, "image", ctx.attr.image, tag_files = ctx.files.tag_files, tags = ctx.attr.remote_tags)
    repositories = ([ctx.attr.repository] if ctx.attr.repository else []) + ctx.attr.mirrors
    problem = repositories_problem(repositories)
    if problem:
        fail("cannot push `%s`: repository: %s" % (ctx.label, problem))
    statements = statements_of(ctx.attr.evidence)
    return [program(ctx, "push", [image], repositories, statements = statements)]

image_push = rule(
    implementation = _image_push_impl,
    doc = _DOC,
    executable = True,
    attrs = PROGRAM_ATTRS | {
        "evidence": EVIDENCE_ATTR,
        "image": attr.label(doc = "The image, index, artifact or OCI layout.", mandatory = True, allow_files = True),
        "mirrors": attr.string_list(doc = "Further repositories, which get the same image and tags in the same run."),
        "remote_tags": attr.string_list(doc = "The tags. `--tag` of the command adds one.", default = ["latest"]),
        "repository": attr.string(doc = "`HOST/PATH` of the repository, such as `registry.example/team/server`. `--repository` of the command replaces it and `mirrors`."),
        "tag_files": attr.label_list(doc = "Text files with a tag in each line, in addition to `remote_tags`. They are read when the command runs.", allow_files = True),
    },
)
