#!/usr/bin/env bash
# write_page.sh {PAGE PATH}...: puts pages that were built to their places in the workspace; for `bazel run`.
set -euo pipefail
if [[ -z ${BUILD_WORKSPACE_DIRECTORY:-} ]]; then
  # shellcheck disable=SC2016 # our messages have backquotes
  printf 'error: cannot write `%s`: there is no workspace to write to\nhint: use `./bazelw run`\n' "$2" >&2
  exit 1
fi
while (($# > 0)); do
  target=$BUILD_WORKSPACE_DIRECTORY/$2
  cp "$1" "$target.new"
  chmod 644 "$target.new"
  mv "$target.new" "$target"
  printf 'wrote %s\n' "$2"
  shift 2
done
