"""conformance_test: one run of //tools/conformance on files of the build."""

def _conformance_test_impl(ctx):
    test = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = test, target_file = ctx.executable._program, is_executable = True)
    runfiles = ctx.runfiles(files = ctx.files.data).merge_all(
        [target[DefaultInfo].default_runfiles for target in ctx.attr.data + [ctx.attr._program]],
    )
    return [DefaultInfo(executable = test, runfiles = runfiles)]

conformance_test = rule(
    implementation = _conformance_test_impl,
    doc = "Runs `//tools/conformance` with `args`: a theme and its options, which may contain `$(rootpath …)` of files in `data`.",
    test = True,
    attrs = {
        "data": attr.label_list(doc = "The files to test.", allow_files = True),
        "_program": attr.label(default = "//tools/conformance", executable = True, cfg = "target"),
    },
)
