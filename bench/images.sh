#!/usr/bin/env bash
# bench/images.sh [--architectures amd64]: what all images cost to build from nothing, and their sizes (images.py).
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/images.py" "$@"
