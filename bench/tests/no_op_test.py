"""Tests of the measurement of builds without a change."""

import os
import unittest
import unittest.mock

import no_op


def workspace(said):
    """A workspace whose builds print `said`."""
    made = no_op.Workspace.__new__(no_op.Workspace)
    made.directory, made.targets, made.flags, made.line, made.server = ".", ["//a"], [], ["sh", "-c", f"echo '{said}' >&2"], os.getpid()
    return made


class NoOp(unittest.TestCase):
    def test_a_build_is_measured_as_bazel_reports_it(self):
        said = "INFO: Elapsed time: 0.323s, Critical Path: 0.01s\nINFO: 1 process: 1 internal.\n"
        self.assertEqual(workspace(said).build().wall, 0.323)

    def test_a_build_that_runs_an_action_is_refused(self):
        with self.assertRaises(SystemExit) as refused:
            workspace("INFO: 2 processes: 1 internal, 1 worker.").build()
        self.assertEqual(str(refused.exception).splitlines()[0], "error: cannot measure `//a`: the build without a change ran an action")

    def test_a_failed_command_shows_its_output(self):
        failing = workspace("cause")
        failing.line = ["sh", "-c", "echo cause >&2; exit 3"]
        with self.assertRaises(SystemExit) as refused:
            failing.build()
        self.assertEqual(str(refused.exception), "error: cannot run `bazel build`: exit code 3\ncause\n")

    def test_servers_take_turns_after_builds_that_do_not_count(self):
        order = []

        def server(name, times):
            values = iter(times)

            def build():
                order.append(name)
                return no_op.NoOp(next(values), 1)

            return unittest.mock.Mock(build=build)

        found = no_op.turns([server("a", [9, 1, 2, 3]), server("b", [9, 5, 4, 6])], 3, warm=1)
        self.assertEqual(found, [no_op.NoOp(2, 1), no_op.NoOp(5, 1)])
        self.assertEqual("".join(order), "abababab")


if __name__ == "__main__":
    unittest.main()
