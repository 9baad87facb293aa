"""tools_hub: the toolchains of all host platforms, and the commands that users run. It fetches and compiles no file."""

load("//rules/private/extensions:tool_sets.bzl", "COMMANDS", "EXTRA_TOOLS", "PLATFORMS", "host_platform")
load("//rules/private/extensions:tools_lock.bzl", "TOOLS_VARIABLE")

_TOOLCHAIN = """
toolchain(
    name = "{name}",
    exec_compatible_with = {constraints},
    toolchain = "{toolchain}",
    toolchain_type = "{toolchain_type}",
)
"""

_COMMAND = """
alias(
    name = "{name}",
    actual = "{actual}",
)
"""

def _toolchain(name, constraints, repository):
    return _TOOLCHAIN.format(
        constraints = constraints,
        name = name,
        toolchain = "@%s//:tools" % repository,
        toolchain_type = str(Label("//rules:toolchain_type")),
    )

def prebuilt_repository(platform):
    """The name of the repository with the released tools for a host platform."""
    return "distroless_tools_" + platform

def source_repository(tool):
    """The name of the repository with a tool that cargo compiles."""
    return "distroless_extra_tools_from_source" if tool in EXTRA_TOOLS else "distroless_tools_from_source"

def hub_build_file(locked, host, commands, from_source):
    """The content of the hub's BUILD file.

    Args:
      locked: the host platforms with a locked archive.
      host: the platform of this machine, or None.
      commands: a dict of commands to the targets that replace them.
      from_source: whether to ignore the locked archives.

    Returns:
      The text.
    """
    taken = [] if from_source else [platform for platform in sorted(PLATFORMS) if platform in locked]
    parts = [
        "load(\"@platforms//host:constraints.bzl\", \"HOST_CONSTRAINTS\")\n",
        "package(default_visibility = [\"//visibility:public\"])\n",
    ]
    for platform in taken:
        parts.append(_toolchain(platform, repr(PLATFORMS[platform]), prebuilt_repository(platform)))

    # The last toolchain is for machines without an archive.
    parts.append(_toolchain("source", "HOST_CONSTRAINTS", source_repository("")))
    for name in COMMANDS:
        repository = prebuilt_repository(host) if host in taken else source_repository(name)
        parts.append(_COMMAND.format(actual = commands.get(name, "@%s//:%s" % (repository, name)), name = name))
    return "".join(parts)

def _tools_hub_impl(rctx):
    chosen = rctx.getenv(TOOLS_VARIABLE) or ""
    if chosen not in ["", "source"]:
        fail("cannot choose the tools of distroless: %s is `%s`\nhint: set it to `source`, or unset it" % (TOOLS_VARIABLE, chosen))
    rctx.file(
        "BUILD.bazel",
        hub_build_file(rctx.attr.locked, host_platform(rctx.os.name, rctx.os.arch), rctx.attr.commands, chosen == "source"),
        executable = False,
    )

tools_hub = repository_rule(
    implementation = _tools_hub_impl,
    doc = "The toolchains of all host platforms, and the commands that users run.",
    attrs = {
        "commands": attr.string_dict(doc = "Commands to the targets that replace them."),
        "locked": attr.string_list(doc = "The host platforms with a locked archive."),
    },
)
