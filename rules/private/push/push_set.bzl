"""push_set: pushes many images in one run."""

load("//rules/private/providers:publication_info.bzl", "PublicationInfo")
load("//rules/private/providers:publisher_info.bzl", "PublisherInfo")
load("//rules/private/push:evidence.bzl", "EVIDENCE_ATTR", "statements_of")
load("//rules/private/push:names.bzl", "repositories_problem")
load("//rules/private/push:plan.bzl", "DEFAULT_TEMPLATE")
load("//rules/private/push:program.bzl", "PROGRAM_ATTRS", "program")
load("//rules/private/push:publication.bzl", "publication")

_DOC = """A command that pushes many images in one run: `bazel run //:publish -- --repository registry.example/team`.

The images are `images`, and those of other targets of `push_set`. Layers that several images have are
sent once. The name of each image in the registry follows from `template`. Options of [`image_push
push`](image_push.md) follow `--`, such as `--only 'static-*'`, `--dry-run`, and `--template`.

```starlark
push_set(
    name = "publish",
    image_name = "server",
    images = {
        ":server": "",  # the index: server:latest
        ":server_amd64": "",  # server:latest-amd64
        ":server_debug": "debug",  # server:debug
    },
    template = "{{ name }}:{{ tag }}",
)
```"""

def _repositories(ctx):
    problem = repositories_problem(ctx.attr.repositories)
    if problem:
        fail("cannot push `%s`: repositories: %s" % (ctx.label, problem))
    if ctx.attr.repositories or not ctx.attr.publisher:
        return ctx.attr.repositories
    repository = ctx.attr.publisher[PublisherInfo].repository
    return [repository] if repository else []

def _push_set_impl(ctx):
    images = [
        publication(
            ctx,
            "images",
            target,
            date = ctx.attr.created,
            distro = ctx.attr.distro,
            name = ctx.attr.image_name,
            runtime = ctx.attr.runtime,
            variant = variant,
        )
        for target, variant in ctx.attr.images.items()
    ]
    if images and not ctx.attr.image_name:
        fail("cannot push `%s`: image_name: `images` need a name" % ctx.label)
    statements = []
    for target in ctx.attr.sets:
        images += target[PublicationInfo].images
        statements += target[PublicationInfo].statements
    statements = statements_of(ctx.attr.evidence, statements)
    return [
        PublicationInfo(images = images, statements = statements),
        program(ctx, "push", images, _repositories(ctx), ctx.attr.template, statements),
    ]

push_set = rule(
    implementation = _push_set_impl,
    doc = _DOC,
    executable = True,
    provides = [PublicationInfo],
    attrs = PROGRAM_ATTRS | {
        "created": attr.string(doc = "The time of the packages, [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339) in UTC, for tags with a date: `latest-20261121`."),
        "distro": attr.string(doc = "The distro of `images`, such as `debian12`, for the template."),
        "evidence": EVIDENCE_ATTR,
        "image_name": attr.string(doc = "The name of `images`, such as `static`, for the template."),
        "images": attr.label_keyed_string_dict(doc = "Images and indexes of one name to their variant (`debug`, `nonroot`, …), which is empty for the plain image. The tag is the variant, or `latest`; for an image of one architecture, `-ARCHITECTURE` follows.", allow_files = True),
        "publisher": attr.label(doc = "The `publisher`, whose repository is the default of `repositories`.", providers = [PublisherInfo]),
        "repositories": attr.string_list(doc = "`HOST/PATH` before the names of the images. Several repositories get the same images in one run. By default the repository of `publisher`. `--repository` of the command replaces them."),
        "runtime": attr.string(doc = "The version of the language in `images`, such as `21.0.9`, for tags with it: `21.0.9-20261121`."),
        "sets": attr.label_list(doc = "Other targets of `push_set`, whose images this command pushes too.", providers = [PublicationInfo]),
        "template": attr.string(doc = "Name and tag of each image below the repository, a [MiniJinja](https://docs.rs/minijinja) template with the variables `name`, `distro`, `tag`, `variant`, `architecture`, `date` and `runtime`.", default = DEFAULT_TEMPLATE),
    },
)
