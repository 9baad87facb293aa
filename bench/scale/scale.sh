#!/usr/bin/env bash
# Runs main.py with the tools that Bazel built.
set -euo pipefail
if [[ -z ${BUILD_WORKSPACE_DIRECTORY:-} ]]; then
  # shellcheck disable=SC2016 # our messages have backquotes
  printf 'error: cannot write `docs/scale.json`: there is no workspace to write to\nhint: use `./bazelw run`\n' >&2
  exit 1
fi
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PWD/bench:$PWD/bench/scale
exec python3 bench/scale/main.py "$@"
