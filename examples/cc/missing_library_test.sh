#!/usr/bin/env bash
# missing_library_test.sh TEST: checks that the image_closure_test of an image without the libraries fails and names
# their packages.
set -euo pipefail

# The file `$1.flags` next to the test has the options that Bazel would pass.
if found=$(env --unset=XML_OUTPUT_FILE IMAGE_TEST_FLAGS="$1.flags" "$1"); then
  echo "the check passed:"
  echo "$found"
  exit 1
fi
for wanted in \
  "app/sums needs libstdc++.so.6, which is in no directory that the loader searches; in Debian 13 it is in package libstdc++6" \
  "app/sums needs libgcc_s.so.1, which is in no directory that the loader searches; in Debian 13 it is in package libgcc-s1"; do
  if ! grep -qF -- "$wanted" <<<"$found"; then
    printf 'missing: %s\n' "$wanted" "$found"
    exit 1
  fi
done
