"""Measures builds that have nothing to do, against the same builds of the actions that the peers declare.

    bench/no_op.sh [--runs 15] [--only one|all] [--flag=FLAG] [--modules CHECKOUTS]

`one` builds an image of a user's workspace that has finished tools, `//cc:debian12_amd64` and `//static:debian12` (with the
actions that compile the tools), `all` the images of all families. The peer is a generated workspace with the actions that
rules_distroless, rules_pkg and rules_oci declare for an image of 12 packages, or for as many images and packages as ours: three
for each package (its archive compressed again, its status file, both in one layer), one that describes a layer, and one for the
image, which is a directory. Its commands only write a line, because none runs in a build without a change. It has neither their
modules nor their tools, so it is the least that a build of theirs takes. With `--modules`, the user's image is also built by
rules_distroless and rules_oci themselves, from checkouts (no_op_modules.py).

Prints the mean CPU time of Bazel's server, the median of the time that Bazel reports, and the ratios. All builds of a
table take turns; each server starts anew and first builds WARM times, because Java compiles its code only after some use.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import typing

import measure
import no_op_modules

MODULE = pathlib.Path(__file__).resolve().parent.parent
TARGETS = ["//cc:debian12_amd64", "//static:debian12"]
FAMILIES = "labels(families, //docs:image_list)"
PEER = "the peers' actions"
MODULES = "rules_distroless and rules_oci"
USER = "a workspace with finished tools"

# Builds of a new server that are not measured.
WARM = 20

# The packages of an image of the peers: those of cc.
LAYERS = 12

# The scripts that are inputs of each action: those of rules_distroless and rules_oci, and rules_pkg's programs in Python.
SCRIPTS = 23

PEER_BZL = '''
def _act(ctx, mnemonic, output, inputs):
    ctx.actions.run_shell(
        outputs = [output],
        inputs = inputs + ctx.files.scripts,
        command = "echo %s >%s" % (output.basename, output.path),
        mnemonic = mnemonic,
    )
    return output

def _package_impl(ctx):
    name = ctx.label.name
    content = _act(ctx, "Postfix", ctx.actions.declare_file(name + ".content.tar.gz"), ctx.files.data)
    status = _act(ctx, "Statusd", ctx.actions.declare_file(name + ".statusd.tar"), ctx.files.control)
    return [DefaultInfo(files = depset([_act(ctx, "PkgTar", ctx.actions.declare_file(name + ".tar.gz"), [content, status])]))]

_SCRIPTS = {"scripts": attr.label_list(allow_files = True)}

package = rule(
    implementation = _package_impl,
    attrs = {"control": attr.label(allow_single_file = True), "data": attr.label(allow_single_file = True)} | _SCRIPTS,
)

def _image_impl(ctx):
    name, layers = ctx.label.name, ctx.files.layers
    described = [_act(ctx, "OCIDescriptor", ctx.actions.declare_file("%s/%d.json" % (name, i)), [l]) for i, l in enumerate(layers)]
    output = ctx.actions.declare_directory(name + ".oci")
    ctx.actions.run_shell(
        outputs = [output],
        inputs = layers + described + ctx.files.scripts,
        command = "cd %s; mkdir -p blobs/sha256; for file in oci-layout index.json blobs/sha256/{1..%d}; do echo $file >$file; done" % (
            output.path,
            len(layers) + 2,
        ),
        mnemonic = "OCIImage",
    )
    return [DefaultInfo(files = depset([output]))]

image = rule(
    implementation = _image_impl,
    attrs = {"layers": attr.label_list()} | _SCRIPTS,
)
'''

PEER_BUILD = """load(":peer.bzl", "image", "package")

_SCRIPTS = glob(["scripts/*"])

[package(
    name = "package_%d" % n,
    control = "control/%d" % n,
    data = "data/%d" % n,
    scripts = _SCRIPTS,
    tags = ["manual"],
) for n in range({packages})]

[image(
    name = "image_%d" % n,
    layers = ["package_%d" % ((n + layer) % {packages}) for layer in range({layers})],
    scripts = _SCRIPTS,
) for n in range({images})]
"""


TOOLS = ["deb_extractor", "evidence_writer", "image_inspector", "image_test", "index_writer", "layer_assembler"]

USER_LOAD = 'load("@distroless//rules:toolchains.bzl", "distroless_toolchain")\n'

USER_BUILD = """distroless_toolchain(
    name = "tools",
{attributes})

toolchain(
    name = "distroless_tools",
    toolchain = ":tools",
    toolchain_type = "@distroless//rules:toolchain_type",
)
"""

QUIET = "--curses=no --color=no --noshow_progress"


class NoOp(typing.NamedTuple):
    """A build without a change: seconds of the CPU time of the server, and seconds that Bazel reports."""

    cpu: float
    wall: float


class Workspace:
    """A workspace whose server has built TARGETS."""

    def __init__(self, directory, startup, targets, flags=(), environment=None):
        self.directory, self.targets, self.flags = directory, targets, list(flags)
        self.environment = os.environ | {"BAZELW_REFERENCE_TOOLS": "0"} | (environment or {})
        self.line = [MODULE / "bazelw", *startup]
        self.restart()

    def restart(self):
        """Builds with a new server: one that has analysed something else checks the files of that, too."""
        self.bazel("shutdown")
        self.bazel("build", *self.flags, *self.targets)
        self.server = self.bazel("info", "server_pid").stdout.strip()

    def bazel(self, *words):
        done = subprocess.run([*self.line, *words], cwd=self.directory, capture_output=True, text=True, env=self.environment)
        if done.returncode:
            sys.exit(f"error: cannot run `bazel {words[0]}`: exit code {done.returncode}\n{done.stderr[-3000:]}")
        return done

    def build(self):
        """A build that must have nothing to do."""
        before = measure.cpu_seconds(self.server)
        said = self.bazel("build", *self.flags, *self.targets).stderr
        if "INFO: 1 process: 1 internal." not in said:
            sys.exit(f"error: cannot measure `{self.targets[0]}`: the build without a change ran an action\n{said[-3000:]}")
        # The server removes what the build no longer needs after it has answered.
        time.sleep(0.1)
        return NoOp(measure.cpu_seconds(self.server) - before, float(re.search(r"Elapsed time: ([0-9.]+)s", said)[1]))

    def actions(self):
        """The actions of each kind, with those that compile tools."""
        asked = f"deps(set({' '.join(self.targets)}))"
        graph = self.bazel("aquery", *self.flags, "--output=jsonproto", "--include_commandline=false", asked)
        return [action["mnemonic"] for action in json.loads(graph.stdout)["actions"]]


@contextlib.contextmanager
def scratch():
    """A directory as long as the context lasts: of workspaces NAME with the output bases NAME.base."""
    root = pathlib.Path(tempfile.mkdtemp(prefix="distroless-no-op."))
    try:
        yield root
    finally:
        for base in root.glob("*.base"):
            subprocess.run([MODULE / "bazelw", f"--output_base={base}", "shutdown"], cwd=base.with_suffix(""), capture_output=True)
        subprocess.run(["chmod", "--recursive", "u+rwX", root], check=False)
        shutil.rmtree(root, ignore_errors=True)


def peer(root, packages, images):
    """The workspace of the peers."""
    directory = root / "peer"
    for name, files in (("data", packages), ("control", packages), ("scripts", SCRIPTS)):
        (directory / name).mkdir(parents=True)
        for number in range(files):
            (directory / name / str(number)).write_text(f"{name} {number}\n")
    (directory / "MODULE.bazel").write_text('module(name = "peer")\n')
    (directory / ".bazelrc").write_text(f"common --lockfile_mode=off {QUIET}\n")
    (directory / "peer.bzl").write_text(PEER_BZL.lstrip())
    (directory / "BUILD.bazel").write_text(PEER_BUILD.format(packages=packages, images=images, layers=min(LAYERS, packages)))
    return Workspace(directory, [f"--output_base={root}/peer.base"], ["//:all"])


def user(root):
    """A copy of examples/workspace whose tools are finished programs, as those of a release are."""
    directory = root / "user"
    shutil.copytree(MODULE / "examples/workspace", directory, ignore=shutil.ignore_patterns("bazel-*"))
    measure.quietly([MODULE / "bazelw", "build", *(f"//tools/{tool}" for tool in TOOLS)], cwd=MODULE)
    for tool in TOOLS:
        shutil.copy(MODULE / "bazel-bin/tools" / tool / tool, directory / tool)
    build = directory / "BUILD.bazel"
    about, rest = build.read_text().split("\n\n", 1)
    attributes = "".join(f'    {tool} = "{tool}",\n' for tool in TOOLS)
    build.write_text(f"{about}\n\n{USER_LOAD}\n{rest}\n{USER_BUILD.format(attributes=attributes)}")
    with open(directory / "MODULE.bazel", "a") as module:
        module.write('\nregister_toolchains("//:distroless_tools")\n')
    with open(directory / ".bazelrc", "a") as settings:
        settings.write(f"\ncommon {QUIET}\ncommon --override_module=distroless={MODULE}\n")
    environment = {"BAZELW_MODULE_FILES": MODULE / "MODULE.bazel"}
    return Workspace(directory, [f"--output_base={root}/user.base"], ["//custom"], environment=environment)


def modules(root, checkouts):
    """The workspace of rules_distroless and rules_oci, with the packages of `root`/user."""
    debs = [deb for arch in ("all", "amd64") for deb in root.glob(f"user.base/external/*/*_{arch}.deb")]
    files = no_op_modules.workspace(root, checkouts, debs, QUIET)
    environment = {"BAZELW_MODULE_FILES": " ".join(map(str, files))}
    return Workspace(root / "modules", [f"--output_base={root}/modules.base"], ["//:image"], environment=environment)


def turns(workspaces, runs, warm=WARM):
    """The mean CPU time and the median time of the builds of several servers, which take turns.

    The kernel shows CPU time in steps of 10 ms, so a median of single builds would be as coarse.
    """
    for _ in range(warm):
        for workspace in workspaces:
            workspace.build()
    found = [[workspace.build() for workspace in workspaces] for _ in range(runs)]
    return [NoOp(*(average(values) for average, values in zip((statistics.mean, statistics.median), zip(*builds)))) for builds in zip(*found)]


def one(runs, flags=(), checkouts=None):
    """A row of the peer before each of ours, those of TARGETS and the user's workspace: (name, actions, NoOp).

    With `checkouts`, also one of MODULES before one of the user's workspace.
    """
    rows = []
    with scratch() as root:
        theirs = peer(root, LAYERS, 1)
        ours = {USER: lambda: user(root)}
        ours |= {target: lambda target=target: Workspace(MODULE, [], [target], flags) for target in TARGETS}
        for name, workspace in ours.items():
            own = workspace()
            # Both are as new, because Java's compiled code grows better with use.
            theirs.restart()
            their_time, own_time = turns([theirs, own], runs)
            rows += [(f"{PEER}, beside {name}", len(theirs.actions()), their_time), (name, len(own.actions()), own_time)]
            if checkouts and name == USER:
                theirs.bazel("shutdown")
                real = modules(root, checkouts)
                own.restart()
                their_time, own_time = turns([real, own], runs)
                rows += [(MODULES, len(real.actions()), their_time), (f"{name}, the same image", len(own.actions()), own_time)]
                real.bazel("shutdown")
            own.bazel("shutdown")
    return rows


def every(runs, flags=()):
    """The peer's row and ours, for the images of all families."""
    asking = subprocess.run([MODULE / "bazelw", "query", FAMILIES], cwd=MODULE, capture_output=True, text=True, check=True)
    families = sorted(label.split(":")[0] + ":all" for label in asking.stdout.split())
    ours = Workspace(MODULE, [], families, flags)
    mnemonics = ours.actions()
    ours.restart()
    with scratch() as root:
        theirs = peer(root, mnemonics.count("DebExtract"), mnemonics.count("ImageWrite"))
        found = turns([theirs, ours], runs)
        return [(PEER, len(theirs.actions()), found[0]), ("all images", len(mnemonics), found[1])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--only", choices=["one", "all"], help="measure only this")
    parser.add_argument("--flag", action="append", default=[], help="an additional option of Bazel, for our builds")
    parser.add_argument("--modules", type=pathlib.Path, metavar="CHECKOUTS",
                        help=f"also {MODULES}, from a folder of checkouts: {', '.join(no_op_modules.MODULES)}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows = []
    if options.only != "all":
        rows += one(options.runs, options.flag, options.modules)
    if options.only != "one":
        rows += every(options.runs, options.flag)
    print(f"{options.runs} builds without a change, mean CPU and median wall time; load {measure.load()}")
    for (peer_name, number, theirs), (name, own_number, own) in zip(rows[::2], rows[1::2]):
        ratios = f"ratio {own.cpu / theirs.cpu:.2f} CPU, {own.wall / theirs.wall:.2f} wall"
        print(f"{name}: {own_number} actions, CPU {own.cpu * 1000:.0f} ms, wall {own.wall * 1000:.0f} ms; "
              f"{peer_name.split(', beside ')[0]}: {number} actions, "
              f"CPU {theirs.cpu * 1000:.0f} ms, wall {theirs.wall * 1000:.0f} ms; {ratios}")


if __name__ == "__main__":
    main()
