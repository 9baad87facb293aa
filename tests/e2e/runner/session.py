"""Runs the commands of one step in one bash."""

import re
import secrets
import subprocess
import sys

import case
import console

# A message of a program that crashed, where a message for the user is expected.
CRASH = re.compile(r"java\.lang|FATAL|panicked")

# The exit code of a command that ends its step, because this machine lacks a program.
SKIPPED = 77


def run(step, variables):
    """Runs the commands until one differs from what the file says; prints everything. Returns the exit code."""
    text = step.file.read_text()
    shell = _Shell(case.environment(step, variables), case.directory(step, variables))
    with shell:
        for command in console.commands(text):
            print(f"$ {command.text}", flush=True)
            output, status = shell.run(command.text)
            if status == SKIPPED and command.status != str(SKIPPED):
                return SKIPPED
            wrong = _problem(command, output, status)
            if wrong:
                print(f"not so: {step.file.name}:{command.line}: {wrong}")
                return 1
    return 0


def _problem(command, output, status):
    if status is None:
        return "this command ended bash"
    wrong = console.status_difference(command.status, status) or console.difference(command.output, output)
    if not wrong and command.status != "0" and CRASH.search("\n".join(output)):
        return "a program crashed"
    return wrong


class _Shell:
    """One bash, which reads commands from a pipe. It keeps variables, functions and its directory, and runs its `trap
    … EXIT` when the step ends."""

    def __init__(self, variables, directory):
        self._end = f"end-{secrets.token_hex(8)}"
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            env=variables,
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self):
        self._write("set -uo pipefail\n")
        return self

    def __exit__(self, *error):
        self._process.stdin.close()
        for line in self._process.stdout:
            _echo(line)
        self._process.stdout.close()
        self._process.wait()

    def run(self, command):
        """The lines that a command printed, and its exit code, or None if it ended bash."""
        self._write(f"{{ {command}\n}} </dev/null\nprintf '\\n{self._end} %d\\n' $?\n")
        lines = []
        for line in self._process.stdout:
            if line.startswith(self._end.encode()):
                # The line end of printf.
                text = b"".join(lines)[:-1].decode(errors="replace")
                return text.splitlines(), int(line.split()[1])
            lines.append(line)
            _echo(line)
        return b"".join(lines).decode(errors="replace").splitlines(), None

    def _write(self, text):
        try:
            self._process.stdin.write(text.encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            # An error such as an unset variable has ended bash; run() reports it.
            pass


def _echo(line):
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
