#!/usr/bin/env bash
# Runs layers.py on this machine's python3, with the tools that Bazel built. `bazel run` starts it in the runfiles.
set -euo pipefail
flags=()
for tool in $TOOLS; do flags+=(--tool "$tool"); done
exec python3 bench/layers.py "${flags[@]}" "$@"
