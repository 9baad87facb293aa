#!/usr/bin/env bash
# bench/no_op.sh [--runs 15] [--only one|all]: measures builds that have nothing to do, against the actions of the peers
# (no_op.py).
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "${BASH_SOURCE[0]}")/no_op.py" "$@"
