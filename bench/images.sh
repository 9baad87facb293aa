#!/usr/bin/env bash
# bench/images.sh [--architectures amd64]: measures a clean build of all images, and their sizes (images.py).
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/images.py" "$@"
