"""judge_test: one run of the judges program on files of the build."""

def _judge_test_impl(ctx):
    test = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = test, target_file = ctx.executable._judges, is_executable = True)
    runfiles = ctx.runfiles(files = ctx.files.data).merge_all(
        [target[DefaultInfo].default_runfiles for target in ctx.attr.data + [ctx.attr._judges]],
    )
    return [DefaultInfo(executable = test, runfiles = runfiles)]

judge_test = rule(
    implementation = _judge_test_impl,
    doc = "Runs `//tools/judges` with `args`: a theme and its options, which may contain `$(rootpath …)` of files in `data`.",
    test = True,
    attrs = {
        "data": attr.label_list(doc = "The files to test.", allow_files = True),
        "_judges": attr.label(default = "//tools/judges", executable = True, cfg = "target"),
    },
)
