"""Runs Bazel in a generated workspace, and measures what its server uses."""

import json
import os
import pathlib
import re
import subprocess

import graph
import measure
from workspace import MODULE

OPTIONS = "common --lockfile_mode=off --curses=no --color=no --noshow_progress\n"

# The memory that the server may use, for all sizes.
HEAP = "4g"


class Bazel:
    """A server for WORKSPACE, whose outputs are in BASE. Without a disk cache, so that all actions run."""

    def __init__(self, workspace, base):
        self.workspace, self.base = workspace, pathlib.Path(base)
        (workspace.directory / ".bazelrc").write_text(OPTIONS)

    def run(self, *words):
        line = [MODULE / "bazelw", f"--output_base={self.base}", f"--host_jvm_args=-Xmx{HEAP}", *words]
        done = subprocess.run(line, cwd=self.workspace.directory, capture_output=True, text=True,
                              env=os.environ | {"BAZELW_REFERENCE_TOOLS": "0"})
        if done.returncode:
            raise SystemExit(f"error: cannot run `bazel {words[0]}`: exit code {done.returncode}\n{done.stderr[-3000:]}")
        return done

    def cpu_seconds(self):
        """The CPU time that the server has used, with its garbage collection and the compilation of itself."""
        process = self.run("info", "server_pid").stdout.strip()
        return measure.cpu_seconds(process)

    def analyse(self):
        """Analyses all targets, and returns the CPU seconds, the heap and the numbers that Bazel prints."""
        before = self.cpu_seconds()
        said = self.run("build", "--nobuild", "//...").stderr
        used = self.cpu_seconds() - before
        heap = self.run("info", "used-heap-size-after-gc").stdout
        loaded, configured = re.search(r"\((\d+) packages? loaded, (\d+) targets? configured\)", said).groups()
        return {
            "cpu_seconds": round(used, 1),
            "heap_mb": int(re.search(r"(\d+)MB", heap)[1]),
            "targets_configured": int(configured),
            "bazel_packages": int(loaded),
        }

    def package_repositories(self):
        """The number of package repositories that exist."""
        return sum(1 for path in (self.base / "external").iterdir() if re.search(r"[~+]hub_", path.name) and path.is_dir())

    def action_graph(self):
        document = self.run("aquery", "--output=jsonproto", "--include_commandline=false", "--noinclude_param_files", "deps(//...)")
        return graph.read(json.loads(document.stdout))

    def build(self):
        """Builds all targets. Returns the actions that ran, as (mnemonic, label)."""
        log = self.base.parent / f"{self.base.name}.log"
        self.run("build", "--disk_cache=", "--remote_cache=", f"--execution_log_json_file={log}", "//...")
        ran = [(entry["mnemonic"], entry["targetLabel"]) for entry in measure.documents(log.read_text())]
        log.unlink()
        return sorted(ran)

    def close(self):
        self.run("shutdown")
        subprocess.run(["chmod", "--recursive", "u+rwX", self.base], check=False)
        # A large module has tens of thousands of repositories; `rm` removes them faster than Python.
        subprocess.run(["rm", "--recursive", "--force", self.base], check=False)
