#!/usr/bin/env bash
# Runs push.py with the programs and the images that Bazel built. `bazel run` starts it in the runfiles, whose parent has
# the files that the plan names.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
exec python3 bench/push.py --image-push "$PWD/$IMAGE_PUSH" --registry "$PWD/$REGISTRY" --plan "$PWD/$PLAN" --runfiles "$(dirname "$PWD")" "$@"
