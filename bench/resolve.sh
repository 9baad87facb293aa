#!/usr/bin/env bash
# Runs resolve.py with this machine's python3 and the debian_lock that Bazel built. `bazel run` starts it in the
# runfiles.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
exec python3 bench/resolve.py --tool "$TOOL" --bazel "${BUILD_WORKSPACE_DIRECTORY:-.}/bazelw" "$@"
