#!/usr/bin/env bash
# Runs all.py with the programs, packages and images that Bazel built, and with the reference tools of ./bazelw on PATH.
set -euo pipefail
if [[ -z ${BUILD_WORKSPACE_DIRECTORY:-} ]]; then
  # shellcheck disable=SC2016 # our messages have backquotes
  printf 'error: cannot write `docs/benchmarks.json`: there is no workspace to write to\nhint: use `./bazelw run`\n' >&2
  exit 1
fi
workspace=$BUILD_WORKSPACE_DIRECTORY
if reference=$(cd "$workspace" && BAZELW_REFERENCE_TOOLS=path ./bazelw); then
  # Programs of the machine come first.
  PATH=$PATH:$reference/bin
fi
if peers=$(cd "$workspace" && BAZELW_REFERENCE_TOOLS=benchmarks ./bazelw) && [[ -n $peers ]]; then
  # They come before those of the machine: rules_oci's scripts need jq 1.7, which Debian 12 does not have.
  PATH=$peers/bin:$PATH
fi
flags=()
for tool in $TOOLS; do flags+=(--tool "$tool"); done
export PYTHONDONTWRITEBYTECODE=1
exec python3 bench/all.py "${flags[@]}" --workspace "$workspace" --bazel "$workspace/bazelw" --debian-lock "$DEBIAN_LOCK" \
  --image-push "$PWD/$IMAGE_PUSH" --registry "$PWD/$REGISTRY" --plan "$PWD/$PLAN" --runfiles "$(dirname "$PWD")" \
  --writer "$PWD/$WRITER" --contents "$PWD/$CONTENTS" --layout "$PWD/$LAYOUT" --old-contents "$PWD/$OLD_CONTENTS" \
  --old-layout "$PWD/$OLD_LAYOUT" --image-test "$PWD/$IMAGE_TEST" "$@"
