#!/usr/bin/env bash
# Runs the tests of page.py, counted.py, measure.py, no_op.py and assembly.py.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PWD/bench
exec python3 -m unittest discover --start-directory bench/tests --pattern '*_test.py'
