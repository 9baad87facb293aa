#!/bin/sh
# Builds the fuzz targets and runs all of them: fuzz/run.sh [--seconds N] [--seed N] [--target NAME] ... (--help lists the rest).
# Faults are printed, and their inputs are kept in fuzz/found/.
set -eu
cd "$(dirname "$0")"
cargo build --quiet --release --locked
exec "${CARGO_TARGET_DIR:-target}/release/fuzz" --directory . "$@"
