#!/usr/bin/env bash
# missing_library_test.sh IMAGE_TEST IMAGE LIBRARIES: the check of an image that lacks libraries fails, and names their packages.
set -euo pipefail

if found=$("$1" --layout "$2" --check closure --index "$3"); then
  echo "the check passed:"
  echo "$found"
  exit 1
fi
for wanted in \
  "app/sums needs libstdc++.so.6, which no folder of the loader has; Debian 13 has it in package libstdc++6" \
  "app/sums needs libgcc_s.so.1, which no folder of the loader has; Debian 13 has it in package libgcc-s1"; do
  if ! grep -qF -- "$wanted" <<<"$found"; then
    printf 'not said: %s\n' "$wanted" "$found"
    exit 1
  fi
done
