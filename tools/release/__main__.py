"""Everything that a release consists of, in one directory.

    bazel run //:release -- --version X [--url URL] [--platform NAME]... [--output DIRECTORY] [--key FILE]
    bazel run //:release -- --check | --check-licences | --clear

The files are those of the commit that is checked out, with the version X everywhere. CONTRIBUTING.md, "Make a release", has the steps;
docs/reference/formats/release.md describes the files. Equal commits, options and compilers make equal bytes.
"""

import argparse
import os
import pathlib
import signal
import sys

sys.dont_write_bytecode = True
import crates  # noqa: E402
import licences  # noqa: E402
import platforms  # noqa: E402
import release  # noqa: E402
import signature  # noqa: E402
import tools_lock  # noqa: E402
import version  # noqa: E402
from refused import Refused  # noqa: E402

PLATFORM = "a host platform; may be given several times (default: linux_amd64 and linux_arm64, if this machine compiles for them)"


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="release", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", help="the version, such as 0.2.0")
    parser.add_argument("--url", help="URL of the directory that the files will be published in (default: the release of the tag vX on GitHub)")
    parser.add_argument("--repository", help="the repository on GitHub, OWNER/NAME (default: that of .bcr/metadata.template.json)")
    parser.add_argument("--platform", action="append", default=[], choices=sorted(platforms.TRIPLES), help=PLATFORM)
    parser.add_argument(
        "--add", type=pathlib.Path, action="append", default=[], help="a release of other platforms, made on another machine; may be given several times"
    )
    parser.add_argument("--output", type=pathlib.Path, default="dist", help="the directory of the release, which must not exist or be empty (default: dist)")
    parser.add_argument("--work", type=pathlib.Path, default="tools/target/release_work", help="where the programs are compiled (default: %(default)s)")
    parser.add_argument("--profile", default="release", help="cargo's profile (default: release); `tools` is faster, for a trial")
    parser.add_argument("--builder", help="URI of the builder in the provenance, such as the URL of a workflow")
    parser.add_argument("--dirty", action="store_true", help="also release changes that are not committed, for a trial")
    parser.add_argument("--check", action="store_true", help="report whether versions and lock of the repository are consistent")
    parser.add_argument("--check-licences", action="store_true", help="report whether each crate has its licence text")
    parser.add_argument("--clear", action="store_true", help="empty the lock of the tools")
    parser.add_argument("--layer-assembler", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--image-push", type=pathlib.Path, help=argparse.SUPPRESS)
    signature.add_options(parser)
    return parser.parse_args(arguments)


def check_licences(root):
    """Every crate of a release has its licence text."""
    for platform in sorted(platforms.TRIPLES):
        found = licences.texts_of_crates(crates.linked(root, platform))
        print(f"{platform}: {len(found)} crates with their licences")


def check(root):
    stated = version.stated(lambda path: (root / path).read_text())
    print(f"version {stated}; lock of the tools: {tools_lock.check(root)}")


def run(options):
    root = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY") or pathlib.Path(__file__).resolve().parents[2])
    if options.check:
        check(root)
    elif options.check_licences:
        check_licences(root)
    elif options.clear:
        tools_lock.clear(root)
    elif not options.version:
        raise Refused("cannot release: no --version", "say which version it is: `--version 0.2.0`")
    else:
        # `bazel run` starts this program in the runfiles; the user's paths are those of the workspace.
        assembler, image_push = (path.resolve() for path in [options.layer_assembler, options.image_push])
        options.output, options.work = root / options.output, root / options.work
        options.add = [root / directory for directory in options.add]
        release.release(root, options, assembler, image_push)


if __name__ == "__main__":
    # As an interrupt: the unfinished directory is removed.
    for number in [signal.SIGTERM, signal.SIGHUP]:
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    try:
        run(options_of(sys.argv[1:]))
    except Refused as refused:
        sys.exit(refused.text())
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"error: cannot release: `{error.filename}`: {error.strerror}")
