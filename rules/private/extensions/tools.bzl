"""The module extension `tools`: the programs that the rules run, either released or compiled by cargo."""

load("//rules/private/extensions:cargo_tools.bzl", "cargo_tools")
load("//rules/private/extensions:prebuilt_tools.bzl", "prebuilt_tools")
load("//rules/private/extensions:tool_sets.bzl", "COMMANDS", "EXTRA_TOOLS", "IMAGE_TOOLS")
load("//rules/private/extensions:tools_hub.bzl", "prebuilt_repository", "source_repository", "tools_hub")
load("//rules/private/extensions:tools_lock.bzl", "parse_tools_lock")

_LOCK = Label("//tools:prebuilt.lock.json")

def _commands(module_ctx):
    """The commands for which the root module sets targets."""
    commands = {}
    for module in module_ctx.modules:
        for tag in module.tags.command:
            if not module.is_root:
                fail("cannot take the command `%s` from the module `%s`: only the root module may name another target" % (tag.name, module.name))
            if tag.name in commands:
                fail("cannot take the command `%s` twice: `%s` and `%s`" % (tag.name, commands[tag.name], tag.target))
            commands[tag.name] = str(tag.target)
    return commands

def _tools_impl(module_ctx):
    parsed = parse_tools_lock(str(_LOCK), module_ctx.read(_LOCK))
    if parsed.problem:
        fail(parsed.problem)
    for platform, archive in parsed.archives.items():
        prebuilt_tools(
            name = prebuilt_repository(platform),
            platform = platform,
            sha256 = archive["sha256"],
            url = archive["url"],
        )
    for names in [IMAGE_TOOLS, EXTRA_TOOLS]:
        cargo_tools(
            name = source_repository(names[0]),
            cargo_lock = Label("//tools:Cargo.lock"),
            cargo_toml = Label("//tools:Cargo.toml"),
            tools = names,
        )
    tools_hub(
        name = "distroless_tools",
        commands = _commands(module_ctx),
        locked = sorted(parsed.archives),
    )
    return module_ctx.extension_metadata(reproducible = True)

_command = tag_class(
    doc = "Sets the target for one of the commands. Only for the root module.",
    attrs = {
        "name": attr.string(doc = "The name of the command, such as `debian_lock`.", mandatory = True, values = COMMANDS),
        "target": attr.label(doc = "The executable target to run instead.", mandatory = True),
    },
)

tools = module_extension(
    implementation = _tools_impl,
    doc = "The programs that the rules run. They come from the released archive for the host platform, if the lock has one. Otherwise the cargo of the user compiles them when a build first needs them.",
    tag_classes = {"command": _command},
)
