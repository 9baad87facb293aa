"""The runner of the check; `.ci/run` starts it and documents its options."""

import argparse
import signal
import sys

import run
import steps


def options(arguments):
    parser = argparse.ArgumentParser(prog=".ci/run", description="Builds and tests everything from an empty cache.")
    parser.add_argument("--all", action="store_true", help="run all steps completely, not only a sample of the slow tests")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the names of the steps")
    what.add_argument("--keep", metavar="NAME", nargs="+", help="run these steps only, and keep the directory")
    what.add_argument("--one", metavar="NAME", help="run one step in the directory CI_SCRATCH, and print all its output")
    return parser.parse_args(arguments)


def main(arguments):
    chosen = options(arguments)
    # The directory is removed when the run is interrupted.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    signal.signal(signal.SIGINT, lambda number, frame: sys.exit(128 + number))
    try:
        table = steps.table()
        if chosen.list:
            print("\n".join(step.name for step in table))
            return 0
        if chosen.one:
            return run.one(steps.named(table, chosen.one))
        return run.all_steps(table, chosen.all, chosen.keep)
    except steps.Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 36


sys.exit(main(sys.argv[1:]))
