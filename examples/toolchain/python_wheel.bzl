"""python_wheel: Python modules as a wheel."""

load("//examples/toolchain:toolbox.bzl", "TOOLBOX_ATTRS", "run_toolbox")
load("//tools/toolchain:host_tools.bzl", "host_tools")

_LIBRARIES = "lib/x86_64-linux-gnu"

def _python_wheel_impl(ctx):
    wheel = ctx.actions.declare_file("%s-%s-py3-none-any.whl" % (ctx.label.name, ctx.attr.version))
    run_toolbox(
        ctx,
        "PythonWheel",
        image = ctx.file._python,
        commands = [
            ["usr/bin/python3.11", "-B", "-s", ctx.file._make_wheel.path, "{output}", ctx.label.name, ctx.attr.version, ctx.label.package] +
            [file.path for file in ctx.files.srcs],
        ],
        inputs = [ctx.file._make_wheel] + ctx.files.srcs,
        output = wheel,
        env = {"PYTHONHOME": "{root}/usr"},
        options = [
            "--loader",
            _LIBRARIES + "/ld-linux-x86-64.so.2",
            "--libraries",
            _LIBRARIES,
            "--libraries",
            "usr/" + _LIBRARIES,
        ],
    )
    return [DefaultInfo(files = depset([wheel]))]

python_wheel = rule(
    implementation = _python_wheel_impl,
    doc = "Pure Python modules as a wheel, `NAME-VERSION-py3-none-any.whl`.",
    attrs = TOOLBOX_ATTRS | {
        "srcs": attr.label_list(doc = "The modules, in directories that match their import paths.", allow_files = [".py"], mandatory = True),
        "version": attr.string(doc = "The version of the wheel.", mandatory = True),
        "_make_wheel": attr.label(default = "//examples/toolchain:make_wheel.py", allow_single_file = True),
        "_python": attr.label(default = "//python3:debian12_amd64", allow_single_file = True, cfg = host_tools),
    },
)
