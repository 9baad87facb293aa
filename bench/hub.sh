#!/usr/bin/env bash
# bench/hub.sh [--packages 1000] [--runs 5]: measures the time that a hub adds to the analysis of a workspace (hub.py).
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "${BASH_SOURCE[0]}")/hub.py" "$@"
