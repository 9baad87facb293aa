"""Tests of the measurement of processes."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

import layers
import measure


class Measure(unittest.TestCase):
    def test_bytes_of_a_process_and_its_children_are_counted(self):
        with tempfile.TemporaryDirectory() as name:
            used = measure.run(["sh", "-c", f"head -c 300000 /dev/zero | cat > {name}/file; true"])
        self.assertGreaterEqual(used.read, 600_000)
        self.assertGreaterEqual(used.written, 600_000)
        self.assertLess(used.read, 900_000)
        self.assertGreater(used.wall, 0)

    def test_a_failure_shows_the_output(self):
        script = "import measure; measure.quietly(['sh', '-c', 'echo cause; exit 3'])"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        self.assertEqual(done.stderr, "cause\nerror: cannot run `sh -c echo cause; exit 3`: exit code 3\n")
        self.assertEqual(done.returncode, 1)

    def test_documents_of_a_log_follow_one_another(self):
        self.assertEqual(list(measure.documents('{"a": 1}\n{"a": 2}{"a": 3}\n')), [{"a": 1}, {"a": 2}, {"a": 3}])

    def test_medians_are_those_of_each_field(self):
        several = [measure.Used(cpu, 2, 3, 4, 5) for cpu in (1, 9, 2)]
        self.assertEqual(measure.medians(several), measure.Used(2, 2, 3, 4, 5))
        self.assertEqual(measure.total(several, 7), measure.Used(12, 7, 3, 12, 15))

    def test_a_further_pipeline_is_measured(self):
        with tempfile.TemporaryDirectory() as name:
            program = pathlib.Path(name, "program")
            program.write_text('#!/bin/sh\nout=$1; shift; cat "$@" > "$out/layer.tar.gz"\n')
            program.chmod(0o755)
            found = layers.collect([program], {}, {"mine": layers.program(str(program))}, 1)
            self.assertEqual(found["mine"][1], program.stat().st_size)

    def test_the_cpu_time_of_a_process_grows(self):
        before = measure.cpu_seconds(os.getpid())
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
        self.assertGreaterEqual(round(measure.cpu_seconds(os.getpid()) - before, 2), 0.08)


if __name__ == "__main__":
    unittest.main()
