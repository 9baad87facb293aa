#!/usr/bin/env bash
# Passes if the file has content.
[[ -s $1 ]] || { echo "$1 is empty, so the query sees nothing" >&2; exit 1; }
