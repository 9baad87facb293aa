"""The pages about upgrades, the tests that compare the committed pages, and the command that writes them."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("@rules_shell//shell:sh_binary.bzl", "sh_binary")
load("//common:published.bzl", "published_target")
load("//common:variables.bzl", "DISTROS")
load("//java:config.bzl", JAVA_NOT_MADE = "NOT_MADE")
load("//nodejs:config.bzl", NODEJS_NOT_MADE = "NOT_MADE")
load("//rules:evidence.bzl", "image_diff")

# All images have the same changes on all architectures, except the names of directories.
_ARCHITECTURE = "amd64"

def _page_impl(ctx):
    start = ctx.actions.declare_file(ctx.label.name + ".start.md")
    ctx.actions.write(start, """# Upgrades of {title}

<!-- Written by `./bazelw run //docs/upgrades:update` from the images; `{test}` compares. Do not edit. -->

These are the differences of the images without variant for {architecture}. The rule `image_diff`
([guide](../guides/comparing_images.md)) shows more: files, layers, symbols and changelogs.
""".format(
        architecture = _ARCHITECTURE,
        test = "//%s:%s_test" % (ctx.label.package, ctx.label.name),
        title = ctx.attr.title,
    ))
    page = ctx.actions.declare_file(ctx.label.name + ".md")
    inputs = [start] + ctx.files.differences
    ctx.actions.run_shell(
        arguments = [page.path] + [file.path for file in inputs],
        command = 'page=$1; start=$2; shift 2; { cat "$start"; for file; do printf "\\n"; cat "$file"; done; } | cat -s >"$page"',
        inputs = inputs,
        mnemonic = "UpgradesPage",
        outputs = [page],
        progress_message = "Writing %{label}",
    )
    return [DefaultInfo(files = depset([page]))]

_page = rule(
    implementation = _page_impl,
    doc = "A page of several differences.",
    attrs = {
        "differences": attr.label_list(doc = "The differences in Markdown, in their order on the page.", allow_files = [".md"]),
        "title": attr.string(doc = "The name of the family.", mandatory = True),
    },
)

# By family: distro to the images that it does not have.
_NOT_MADE = {
    "java": JAVA_NOT_MADE,
    "nodejs": NODEJS_NOT_MADE,
}

def _differences(published, row):
    """The differences of one image, from each distro to the next one that has it."""
    missing = _NOT_MADE.get(row.family, {})
    made = [distro for distro in DISTROS if row.image not in missing.get(distro, {})]
    names = []
    for old, new in zip(made, made[1:]):
        name = "%s_%s_%s" % (published, old, new)
        image_diff(
            name = name,
            formats = ["markdown"],
            new = published_target("%s-%s" % (published, new), architecture = _ARCHITECTURE).label,
            old = published_target("%s-%s" % (published, old), architecture = _ARCHITECTURE).label,
            summary = True,
            tags = ["manual"],
        )
        names.append(":" + name)
    return names

def upgrades(name, published):
    """Makes a page for each family, its test, and `update`, the command that writes all pages.

    Args:
      name: the name of the suite of the tests.
      published: the rows of `//common:published.bzl`.
    """
    families = {}
    for image, row in published.items():
        families.setdefault(row.family, []).extend(_differences(image, row))
    pages = {}
    for family, differences in families.items():
        if not differences:
            continue
        page = "%s_page" % family
        _page(
            name = page,
            differences = differences,
            tags = ["manual"],
            title = family,
        )
        diff_test(
            name = page + "_test",
            failure_message = "docs/upgrades/%s.md does not match the images. Update it: ./bazelw run //docs/upgrades:update" % family,
            file1 = family + ".md",
            file2 = ":" + page,
        )
        pages[":" + page] = "docs/upgrades/%s.md" % family
    sh_binary(
        name = "update",
        srcs = ["//docs:write_page.sh"],
        args = [arg for page, path in pages.items() for arg in ["$(rootpath %s)" % page, path]],
        data = pages.keys(),
        tags = ["manual"],
    )
    native.test_suite(
        name = name,
        tests = [page.removeprefix(":") + "_test" for page in pages],
    )
