#!/usr/bin/env bash
# Runs layers.py with this machine's python3 and the tools that Bazel built. `bazel run` starts it in the runfiles.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
flags=()
for tool in $TOOLS; do flags+=(--tool "$tool"); done
exec python3 bench/layers.py "${flags[@]}" "$@"
