"""java_jar: Java sources as a jar."""

load("//examples/toolchain:toolbox.bzl", "TOOLBOX_ATTRS", "run_toolbox")
load("//tools/toolchain:host_tools.bzl", "host_tools")

_BIN = "usr/lib/jvm/java-17-openjdk-amd64/bin/"
_LIBRARIES = "lib/x86_64-linux-gnu"

# The oldest time that a zip file can have, instead of the time of the build.
_DATE = "--date=1980-01-01T00:00:02Z"

def _java_jar_impl(ctx):
    jar = ctx.actions.declare_file(ctx.label.name + ".jar")
    run_toolbox(
        ctx,
        "JavaJar",
        image = ctx.file._jdk,
        commands = [
            [_BIN + "javac", "-Xlint:all", "-Werror", "--release", str(ctx.attr.release), "-encoding", "UTF-8", "-d", "{work}"] +
            [file.path for file in ctx.files.srcs],
            [_BIN + "jar", "--create", "--file", "{output}", _DATE, "--main-class", ctx.attr.main_class, "-C", "{work}", "."],
        ],
        inputs = ctx.files.srcs,
        output = jar,
        options = [
            "--loader",
            _LIBRARIES + "/ld-linux-x86-64.so.2",
            "--libraries",
            _LIBRARIES,
            "--libraries",
            "usr/" + _LIBRARIES,
        ],
    )
    return [DefaultInfo(files = depset([jar]))]

java_jar = rule(
    implementation = _java_jar_impl,
    doc = "Java sources as a jar.",
    attrs = TOOLBOX_ATTRS | {
        "main_class": attr.string(doc = "The class with the `main` method to run.", mandatory = True),
        "release": attr.int(doc = "The oldest Java version that can run the jar.", default = 17),
        "srcs": attr.label_list(doc = "The sources.", allow_files = [".java"], mandatory = True),
        "_jdk": attr.label(default = "//examples/toolchain:jdk", allow_single_file = True, cfg = host_tools),
    },
)
