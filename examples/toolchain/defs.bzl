"""Compilers for the examples: `go_program`, `java_jar`, `python_wheel`.

If your build can use the Bazel Central Registry, use rules_go, rules_java and rules_python instead."""

load("//examples/toolchain:go_program.bzl", _go_program = "go_program")
load("//examples/toolchain:java_jar.bzl", _java_jar = "java_jar")
load("//examples/toolchain:python_wheel.bzl", _python_wheel = "python_wheel")

# The platform of Debian's compilers.
HERE = ["@platforms//cpu:x86_64", "@platforms//os:linux"]

def go_program(name, srcs, **kwargs):
    """A Go program of one package, linked statically, for the target platform.

    It has the tag `manual`, and targets that depend on it need this tag too: the compiler runs on amd64, and a target
    cannot declare a requirement for the machine that builds it. `for_platform` with `target_compatible_with = HERE`
    can.

    Args:
      name: the name of the target and of the program.
      srcs: the sources.
      **kwargs: common attributes of all rules.
    """
    _go_program(
        name = name,
        testonly = True,
        srcs = srcs,
        exec_compatible_with = HERE,
        goarch = select({
            "//rules/platforms:amd64": "amd64",
            "//rules/platforms:arm64": "arm64",
            "@platforms//cpu:wasm32": "wasm",
        }),
        goos = select({
            "@platforms//os:linux": "linux",
            "@platforms//os:wasi": "wasip1",
        }),
        tags = ["manual"],
        **kwargs
    )

def java_jar(name, srcs, main_class, **kwargs):
    """Java sources as a jar that `java -jar` runs, for Java 17 and newer, or for the version in `release`.

    Args:
      name: the name of the target; the jar is `NAME.jar`.
      srcs: the sources.
      main_class: the class with the `main` method to run.
      **kwargs: common attributes of all rules.
    """
    _java_jar(
        name = name,
        testonly = True,
        srcs = srcs,
        exec_compatible_with = HERE,
        main_class = main_class,
        target_compatible_with = HERE,
        **kwargs
    )

def python_wheel(name, version, srcs, **kwargs):
    """Pure Python modules as a wheel.

    Args:
      name: the name of the target and of the distribution.
      version: the version of the distribution.
      srcs: the modules, in directories that match their import paths.
      **kwargs: common attributes of all rules.
    """
    _python_wheel(
        name = name,
        testonly = True,
        srcs = srcs,
        exec_compatible_with = HERE,
        target_compatible_with = HERE,
        version = version,
        **kwargs
    )
