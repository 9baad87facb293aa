#!/usr/bin/env bash
# Runs browser_test.py, if this machine has Python and Chromium. Chromium has 300 MB, so the check does not get it.
set -euo pipefail

site=$1
for name in chromium chromium-browser google-chrome; do
  browser=$(type -P "$name") && break
done
if [[ -z ${browser:-} || -z $(type -P python3) ]]; then
  echo "SKIPPED: there is no chromium or no python3 on PATH; the pages were not tested in a browser"
  exit 0
fi
exec python3 -B "$(dirname "${BASH_SOURCE[0]}")/browser_test.py" --browser "$browser" --site "$site" \
  --screenshots "${TEST_UNDECLARED_OUTPUTS_DIR:-$(mktemp -d)}"
