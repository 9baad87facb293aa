#!/usr/bin/env bash
# Runs the tests of page.py, counted.py, measure.py and no_op.py.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PWD/bench
exec python3 -m unittest discover --start-directory bench/tests --pattern '*_test.py'
