#!/usr/bin/env bash
# bazel run //:release: makes a release (__main__.py). `bazel run` starts it in the runfiles.
set -euo pipefail
exec python3 tools/release --layer-assembler "$LAYER_ASSEMBLER" --image-push "$IMAGE_PUSH" "$@"
