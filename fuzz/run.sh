#!/bin/sh
# Builds the fuzz targets and runs all of them: fuzz/run.sh [--seconds N] [--seed N] [--target NAME] ... (--help lists the rest).
# What an input broke is printed, and the input kept in fuzz/found/.
set -eu
cd "$(dirname "$0")"
cargo build --quiet --release --locked
exec "${CARGO_TARGET_DIR:-target}/release/fuzz" --folder . "$@"
