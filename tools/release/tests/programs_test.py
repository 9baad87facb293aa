import os
import subprocess
import tomllib
import unittest
from unittest import mock

from fixture import RELEASE, ROOT, Case

import programs
from refused import Refused


class ProgramsTest(Case):
    def test_platforms_without_a_compiler_are_left_out(self):
        def check_target(platform):
            if platform == "linux_arm64":
                raise Refused("cannot link")

        with mock.patch.object(programs, "check_target", check_target), mock.patch("builtins.print") as printed:
            self.assertEqual(programs.available(["linux_amd64", "linux_arm64"]), ["linux_amd64"])
        printed.assert_called_once_with("note: without linux_arm64: cannot link")

    def test_the_wrapper_links_only_into_programs_with_network_code(self):
        variables = os.environ | {"NETWORK_PROGRAMS": "debian_lock image_push", "STATIC_NAMES": "/names.o"}

        def given(name, kind):
            command = ["sh", RELEASE / "rustc_wrapper.sh", "echo", "--crate-name", name, "a.rs", "--crate-type", kind]
            return subprocess.run(command, env=variables, check=True, capture_output=True, text=True).stdout.endswith("-Clink-arg=/names.o\n")

        self.assertTrue(given("image_push", "bin"))
        for name, kind in [("image_push", "lib"), ("image", "bin"), ("image_test", "bin")]:
            self.assertFalse(given(name, kind), name)

    def test_the_flags_of_xz_are_those_of_bazel(self):
        variables = tomllib.loads((ROOT / "tools/.cargo/config.toml").read_text())["env"]
        module = (ROOT / "MODULE.bazel").read_text()
        for name, flags in variables.items():
            self.assertIn(f'"{name}": "{flags}"', module)


if __name__ == "__main__":
    unittest.main()
