"""The form of all actions of our tools: options in parameter files, and the worker protocol."""

load("//rules/private:argument.bzl", "argument")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")

# Each tool implements Bazel's worker protocol: protobuf, several requests at once, sandboxed, cancellable.
_LOCAL = {
    "requires-worker-protocol": "proto",
    "supports-multiplex-sandboxing": "1",
    "supports-multiplex-workers": "1",
    "supports-worker-cancellation": "1",
    "supports-workers": "1",
}

# All paths are in the parameter files, from File objects, so Bazel may replace the configuration in them
# (`--experimental_output_paths=strip`). Configurations then share the results of equal actions.
_MAPPED = _LOCAL | {"supports-path-mapping": "1"}

# A layout has hard links to its blobs. A sandbox is another mount, where hard links are impossible. A disk or remote
# cache would restore copies, and so would a remote executor: all images together would need nine times the space. Bazel
# maps paths only in a sandbox and remotely.
LINKING = _LOCAL | {
    "no-cache": "1",
    "no-remote-exec": "1",
    "no-sandbox": "1",
}

def add(args, flag, value):
    """Adds `FLAG=VALUE`: one argument, so that a value may be empty or begin with `-`."""
    args.add_all([value], map_each = argument, format_each = flag + "=%s", expand_directories = False)

def add_each(args, flag, values):
    """Adds `FLAG=VALUE` for each value, as `add` does. A directory is replaced by its files."""
    args.add_all(values, map_each = argument, format_each = flag + "=%s")

def add_pair(args, flag, name, file):
    """Adds `FLAG=NAME=FILE`, as `add` does. `name`: a string or a File."""
    args.add_joined([name, file], map_each = argument, join_with = "=", format_joined = flag + "=%s", expand_directories = False)

def _json(value):
    paths = {
        key: [_path(one) for one in item] if type(item) == "list" else _path(item)
        for key, item in value.items()
    }
    return argument(json.encode(paths))

def _path(item):
    return item.path if type(item) == "File" else item

def add_json(args, flag, values):
    """Adds `FLAG=JSON` for each dict, with the paths of its File objects.

    Bazel may replace the configuration in them, but not in a file that it wrote.
    """
    args.add_all(values, map_each = _json, format_each = flag + "=%s")

def to_file(args):
    """Makes actions pass the options in a parameter file. Must be called once for an `Args` object."""
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")

def run(ctx, tool, mnemonic, args, inputs, outputs, message, requirements = _MAPPED, shared = []):
    """Runs a tool, with its options in a parameter file.

    Args:
      ctx: the context of the rule.
      tool: the name of the tool in the toolchain; or a FilesToRunProvider, for a tool that is not in it.
      mnemonic: the kind of the action.
      args: the options, an `Args` object.
      inputs: depset of the inputs.
      outputs: list of the outputs.
      message: the progress message.
      requirements: execution requirements.
      shared: options before `args` that several actions have: `Args` objects after `to_file`.
    """
    in_toolchain = type(tool) == "string"
    executable = getattr(ctx.toolchains[TOOLCHAIN_TYPE], tool) if in_toolchain else tool
    if not executable:
        fail("cannot build `%s`: the toolchain of distroless has no `%s`; add it to its distroless_toolchain" % (ctx.label, tool))
    to_file(args)
    ctx.actions.run(
        executable = executable,
        arguments = shared + [args],
        inputs = inputs,
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = message,
        execution_requirements = requirements,
        toolchain = TOOLCHAIN_TYPE if in_toolchain else None,
    )
