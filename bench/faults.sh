#!/usr/bin/env bash
# bench/faults.sh [--kills 100] [--seed 1]: kills the tools at random moments, and runs them in faulty environments
# (faults.py).
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/faults.py" "$@"
