"""The `tools` module extension: the programs that the rules run, released or compiled by cargo. It downloads nothing itself."""

load("//rules/private/extensions:cargo_tools.bzl", "cargo_tools")
load("//rules/private/extensions:prebuilt_tools.bzl", "prebuilt_tools")
load("//rules/private/extensions:tool_sets.bzl", "COMMANDS", "IMAGE_TOOLS", "NETWORK_TOOLS")
load("//rules/private/extensions:tools_hub.bzl", "prebuilt_repository", "source_repository", "tools_hub")
load("//rules/private/extensions:tools_lock.bzl", "parse_tools_lock")

_LOCK = Label("//tools:prebuilt.lock.json")

def _commands(module_ctx):
    """The commands for which the root module has targets."""
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
    for names in [IMAGE_TOOLS, NETWORK_TOOLS]:
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
    doc = "Names a target that stands in for one of the commands. Root module only.",
    attrs = {
        "name": attr.string(doc = "The command.", mandatory = True, values = COMMANDS),
        "target": attr.label(doc = "The executable target.", mandatory = True),
    },
)

tools = module_extension(
    implementation = _tools_impl,
    doc = "The programs that the rules run: from the released archive of the host platform where one is locked, else compiled by the user's cargo when something needs them.",
    tag_classes = {"command": _command},
)
