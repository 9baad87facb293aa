#!/usr/bin/env bash
# readme_test.sh README ROWS: the README has the rows, all of them, one after another.
set -euo pipefail

readme=$(cat "$1")
rows=$(cat "$2")
if [[ -z $rows || $readme != *$'\n'"$rows"$'\n\n'* ]]; then
  printf 'expected in %s, as a separate paragraph:\n\n%s\n' "$1" "$rows"
  exit 1
fi
