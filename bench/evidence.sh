#!/usr/bin/env bash
# Runs evidence.py with the program and the images that Bazel built.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
exec python3 bench/evidence.py --writer "$PWD/$WRITER" --contents "$PWD/$CONTENTS" --layout "$PWD/$LAYOUT" \
  --old-contents "$PWD/$OLD_CONTENTS" --old-layout "$PWD/$OLD_LAYOUT" "$@"
