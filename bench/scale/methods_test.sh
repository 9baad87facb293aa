#!/usr/bin/env bash
# Runs the tests of scale/.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PWD/bench:$PWD/bench/scale
exec python3 -m unittest discover --start-directory bench/scale/tests --pattern '*_test.py'
