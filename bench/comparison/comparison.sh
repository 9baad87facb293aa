#!/usr/bin/env bash
# Runs comparison/main.py with the programs and the images that Bazel built, and writes the page from its values.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
if [[ -z ${BUILD_WORKSPACE_DIRECTORY:-} ]]; then
  # shellcheck disable=SC2016 # our messages have backquotes
  printf 'error: cannot write `docs/comparison.json`: there is no workspace to write to\nhint: use `./bazelw run`\n' >&2
  exit 1
fi
families=()
for layout in $LAYOUTS; do
  family=$(basename "$(dirname "$layout")")
  families+=(--image "$family=$PWD/$layout")
done
docs=$BUILD_WORKSPACE_DIRECTORY/docs
commit=$(git -C "$BUILD_WORKSPACE_DIRECTORY" rev-parse --short=8 HEAD)
python3 bench/comparison/main.py "${families[@]}" --debug-image "$PWD/$DEBUG_IMAGE" --extractor "$PWD/$EXTRACTOR" \
  --registry "$PWD/$REGISTRY" --published bench/comparison/published.json --commit "$commit" \
  --output "$docs/comparison.json" "$@"
"$PWD/$DOCS_WRITER" comparison --values "$docs/comparison.json" --output "$docs/comparison.md"
