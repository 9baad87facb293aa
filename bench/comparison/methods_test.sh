#!/usr/bin/env bash
# Runs the tests of comparison/.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PWD/bench/comparison
exec python3 -m unittest discover --start-directory bench/comparison/tests --pattern '*_test.py'
