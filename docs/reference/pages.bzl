"""The pages of the reference, the tests that compare the committed pages, and the command that writes them."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("@rules_shell//shell:sh_binary.bzl", "sh_binary")
load("//tools/toolchain:host_tools.bzl", "host_tools")

def _page_impl(ctx):
    page = ctx.actions.declare_file(ctx.label.name + ".md")
    args = ctx.actions.args()
    inputs = []
    tools = []
    if ctx.attr.module:
        # Bazel writes it as binary, and on request as text.
        module = [file for file in ctx.files.module if file.extension == "binaryproto"][0]
        args.add("module")
        args.add("--module", module)
        args.add("--load", ctx.attr.shown)
        inputs.append(module)
    else:
        args.add("program")
        args.add("--program", ctx.executable.program)
        args.add("--called", ctx.attr.shown)
        tools.append(ctx.attr.program[0][DefaultInfo].files_to_run)
    args.add("--output", page)
    ctx.actions.run(
        executable = ctx.executable._docs_writer,
        arguments = [args],
        inputs = inputs,
        outputs = [page],
        tools = tools,
        mnemonic = "ReferencePage",
        progress_message = "Writing %{label}",
    )
    return [DefaultInfo(files = depset([page]))]

_page = rule(
    implementation = _page_impl,
    doc = "One Markdown page for a `.bzl` file or a program.",
    attrs = {
        "module": attr.label(doc = "The output of starlark_doc_extract for the file."),
        "program": attr.label(doc = "The program.", cfg = host_tools, executable = True),
        "shown": attr.string(doc = "The text by which users load the file or call the program.", mandatory = True),
        "_docs_writer": attr.label(default = "//tools/docs_writer", cfg = host_tools, executable = True),
    },
)

def _complete_impl(ctx):
    pages = {"%s/%s" % (module.package, module.name): None for module in [target.label for target in ctx.attr.modules]}
    for file in ctx.files.library:
        ours = file.short_path.startswith("rules/") and not file.short_path.startswith("rules/private/")
        if ours and file.short_path not in pages:
            fail("cannot write the reference: `%s` has no page\nhint: name it in docs/reference/BUILD.bazel" % file.short_path)
    return [DefaultInfo()]

_complete = rule(
    implementation = _complete_impl,
    doc = "Fails if a public `.bzl` file has no page.",
    attrs = {
        "library": attr.label(doc = "The public `.bzl` files.", allow_files = True, mandatory = True),
        "modules": attr.label_list(doc = "The files that have a page.", allow_files = True, mandatory = True),
    },
)

def reference(name, modules, programs, local_programs, files = {}):
    """Declares a page for each module and program, a test for each page, and the command `:update`.

    Args:
      name: the name of the target that fails if a public file has no page.
      modules: dict of pages to files, such as `//rules:image.bzl`.
      programs: the names of the programs, `//tools:PROGRAM`.
      local_programs: the names of the programs that users run without Bazel, `//tools/PROGRAM`.
      files: dict of labels of other committed files, such as `//rules/private/test:checks.bzl`, to the targets that write
        them.
    """
    for page, module in modules.items():
        native.starlark_doc_extract(
            name = page + "_module",
            src = module,
            deps = ["//rules:bzl"],
        )
        _page(
            name = page + "_page",
            module = page + "_module",
            shown = "@distroless" + module,
        )
    for program in programs:
        _page(
            name = program + "_page",
            program = "//tools:" + program,
            shown = "bazel run @distroless//tools:%s -- --help" % program,
        )
    for program in local_programs:
        _page(
            name = program + "_page",
            program = "//tools/" + program,
            shown = program + " --help",
        )
    pages = modules.keys() + programs + local_programs
    for page in pages:
        diff_test(
            name = page + "_test",
            size = "small",
            failure_message = "docs/reference/%s.md does not match its source. Update it: ./bazelw run //docs/reference:update" % page,
            file1 = page + ".md",
            file2 = page + "_page",
        )
    for file, written in files.items():
        diff_test(
            name = file.split(":")[1].replace(".", "_") + "_test",
            size = "small",
            failure_message = "%s is outdated. Update it: ./bazelw run //docs/reference:update" % file,
            file1 = file,
            file2 = written,
        )

    # `./bazelw run //docs/reference:update` writes all pages and files.
    sh_binary(
        name = "update",
        srcs = ["//docs:write_page.sh"],
        args = [
            word
            for page in pages
            for word in ["$(rootpath :%s_page)" % page, "docs/reference/%s.md" % page]
        ] + [
            word
            for file, written in files.items()
            for word in ["$(rootpath %s)" % written, file[2:].replace(":", "/")]
        ],
        data = [page + "_page" for page in pages] + files.values(),
    )
    _complete(
        name = name,
        library = "//rules:bzl",
        modules = modules.values(),
    )
