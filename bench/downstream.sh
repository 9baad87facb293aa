#!/usr/bin/env bash
# bench/downstream.sh [--runs 5]: measures a user's workspace: its first image, and a changed file of an app
# (downstream.py).
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "${BASH_SOURCE[0]}")/downstream.py" "$@"
