#!/usr/bin/env bash
# bench/memory.sh [--files 300000] [--layers 10]: measures the memory of image_test's checks (memory.py).
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/memory.py" "$@"
