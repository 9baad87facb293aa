#!/usr/bin/env bash
# bench/push.sh [--only static-debian12:*]: measures the push of all images beside crane, tag by tag (push.py).
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/push.py" "$@"
