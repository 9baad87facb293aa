"""comparison_page: the page that compares our images with others, written from measured values."""

load("//tools/toolchain:host_tools.bzl", "host_tools")

def _comparison_page_impl(ctx):
    page = ctx.actions.declare_file(ctx.label.name + ".md")
    args = ctx.actions.args()
    args.add("comparison")
    args.add("--values", ctx.file.values)
    args.add("--output", page)
    ctx.actions.run(
        executable = ctx.executable._docs_writer,
        arguments = [args],
        inputs = [ctx.file.values],
        outputs = [page],
        mnemonic = "ComparisonPage",
        progress_message = "Writing %{label}",
    )
    return [DefaultInfo(files = depset([page]))]

comparison_page = rule(
    implementation = _comparison_page_impl,
    doc = "The Markdown page with the values that `//bench:comparison` measured.",
    attrs = {
        "values": attr.label(doc = "The measured values.", allow_single_file = [".json"], mandatory = True),
        "_docs_writer": attr.label(
            default = "//tools/docs_writer",
            cfg = host_tools,
            executable = True,
        ),
    },
)
