#!/usr/bin/env bash
# Runs layers.py on this machine's python3, with the tools that Bazel built.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
flags=()
for tool in $TOOLS; do flags+=(--tool "$tool"); done
exec python3 "$here/layers.py" "${flags[@]}" "$@"
