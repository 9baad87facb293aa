#!/usr/bin/env bash
# bazel run //:release: the archives of the tools for a release, and their lock (release.py).
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/release.py" --layer-assembler "$LAYER_ASSEMBLER" "$@"
