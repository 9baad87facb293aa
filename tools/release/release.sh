#!/usr/bin/env bash
# bazel run //:release: the archives of the tools for a release, and their lock (release.py). `bazel run` starts it in the runfiles.
set -euo pipefail
exec python3 tools/release/release.py --layer-assembler "$LAYER_ASSEMBLER" "$@"
