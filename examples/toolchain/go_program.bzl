"""go_program: a Go program for any platform."""

load("//examples/toolchain:toolbox.bzl", "TOOLBOX_ATTRS", "run_toolbox")
load("//tools/toolchain:host_tools.bzl", "host_tools")

_GO = "usr/lib/go-1.24"

def _go_program_impl(ctx):
    program = ctx.actions.declare_file(ctx.label.name)
    run_toolbox(
        ctx,
        "GoBuild",
        image = ctx.file._go,
        commands = [
            [_GO + "/bin/go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", "{output}"] +
            [file.path for file in ctx.files.srcs],
        ],
        inputs = ctx.files.srcs,
        output = program,
        env = {
            "CGO_ENABLED": "0",
            "GO111MODULE": "off",
            "GOARCH": ctx.attr.goarch,
            "GOCACHE": "{work}/cache",
            "GOENV": "off",
            "GOOS": ctx.attr.goos,
            "GOPATH": "{work}/path",
            "GOROOT": "{root}/" + _GO,
            "GOTELEMETRY": "off",
            "GOTOOLCHAIN": "local",
            "HOME": "{work}",
            "TMPDIR": "{work}",
        },
    )
    return [DefaultInfo(files = depset([program]), executable = program)]

go_program = rule(
    implementation = _go_program_impl,
    doc = "A Go program of one package, linked statically.",
    attrs = TOOLBOX_ATTRS | {
        "goarch": attr.string(doc = "The architecture, a value of GOARCH.", mandatory = True),
        "goos": attr.string(doc = "The operating system, a value of GOOS.", mandatory = True),
        "srcs": attr.label_list(doc = "The sources.", allow_files = [".go"], mandatory = True),
        "_go": attr.label(default = "//examples/toolchain:go", allow_single_file = True, cfg = host_tools),
    },
)
