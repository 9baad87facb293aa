#!/usr/bin/env bash
# Tests of ./bazelw. Prints a line for each test and `N passed, N failed` last.
#
#   bootstrap/tests/run.sh [unit|start|bare|work]...
#
# unit: parts of the wrapper, without network. start: real starts in toy workspaces, with a newly made private Bazel.
# bare: as on a machine without compilers. work: runs every reference tool. Default: all. BAZELW_TESTS_CACHE names a
# cache directory to use instead of a new one.
set -uo pipefail

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/bazelw-tests.XXXXXX")
TESTS_CACHE=${BAZELW_TESTS_CACHE:-$SCRATCH/cache}
trap 'clean_up' EXIT

# The caller's settings of the wrapper must not affect the tests.
unset "${!BAZELW@}" 2>/dev/null || true
BAZELW_TOP=${TESTS%/bootstrap/tests}
# shellcheck disable=SC2034 # for the tests
BAZELW_PARTS=$BAZELW_TOP/bootstrap
TOOLS_PARTS=$BAZELW_TOP/tests/conformance/tools
PASSED=0 FAILED=0

# shellcheck source=bootstrap/tests/harness.sh
source "$TESTS/harness.sh"

clean_up() {
  stop_servers
  chmod -R u+w "$SCRATCH" 2>/dev/null
  rm -rf "$SCRATCH"
}

main() {
  local group file
  if (($# == 0)); then set -- unit start bare work; fi
  for group; do
    for file in "$TESTS/$group"_*.sh "$TOOLS_PARTS/tests/$group"_*.sh; do
      if [[ -e $file ]]; then run_file "$file"; fi
    done
  done
  printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
  ((FAILED == 0 && PASSED > 0))
}

main "$@"
