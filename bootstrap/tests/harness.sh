# shellcheck shell=bash
# Common functions of the tests: running them and reporting failures.

# run_file FILE: runs every function test_* of FILE in their order, each in its own shell and directory ($FOLDER).
run_file() {
  local name
  # shellcheck source=/dev/null
  source "$1"
  while read -r name; do run_test "${1##*/}" "$name"; done < <(sed -n 's/^\(test_[a-z0-9_]*\)() {.*/\1/p' "$1")
}

run_test() {
  local status log=$SCRATCH/$2.log began=$SECONDS
  FOLDER=$SCRATCH/$2
  mkdir -p "$FOLDER"
  (
    set -euo pipefail
    cd "$FOLDER"
    "$2"
  ) >"$log" 2>&1 </dev/null
  status=$?
  if ((status == 0)); then
    PASSED=$((PASSED + 1))
    printf 'ok      %s: %s (%d s)\n' "$1" "$2" $((SECONDS - began))
    sed -n 's/^NOTE: /        /p' "$log"
  else
    FAILED=$((FAILED + 1))
    printf 'FAILED  %s: %s (%d s)\n' "$1" "$2" $((SECONDS - began))
    sed 's/^/        | /' "$log"
  fi
}

# A note that is printed with a passing test.
note() { printf 'NOTE: %s\n' "$*"; }

fail() {
  printf '%s\n' "$@"
  return 1
}

# expect EXPECTED ACTUAL
expect() { if [[ $1 != "$2" ]]; then fail "expected:" "$1" "found:" "$2"; fi; }

# expect_status STATUS COMMAND...: writes the output to $FOLDER/output and $FOLDER/errors.
expect_status() {
  local wanted=$1 status=0
  shift
  "$@" >"$FOLDER/output" 2>"$FOLDER/errors" || status=$?
  if ((status != wanted)); then
    cat "$FOLDER/output" "$FOLDER/errors"
    fail "expected exit code $wanted, found $status: $*"
  fi
}

# expect_in TEXT FILE
expect_in() { if [[ $(cat "$2") != *"$1"* ]]; then fail "expected in $2:" "$1" "found:" "$(cat "$2")"; fi; }

expect_not_in() { if [[ $(cat "$2") == *"$1"* ]]; then fail "not expected in $2:" "$1" "found:" "$(cat "$2")"; fi; }

# command_folder FOLDER COMMAND...: makes a directory for PATH with only these commands of the machine.
command_folder() {
  local folder=$1 name
  shift
  mkdir -p "$folder"
  for name; do ln -sf "$(type -P "$name")" "$folder/$name"; done
}

# fake_command FILE: writes a command whose script is standard input.
fake_command() {
  mkdir -p "${1%/*}"
  { printf '#!%s\n' "$(type -P bash)" && cat; } >"$1"
  chmod +x "$1"
}

# bazelw ARGS...: runs the wrapper as on a machine without a Bazel, with the tests' cache.
bazelw() { XDG_CACHE_HOME=$TESTS_CACHE BAZELW=debian BAZELW_REFERENCE_TOOLS=${BAZELW_REFERENCE_TOOLS:-0} "$BAZELW_TOP/bazelw" "$@"; }

# Bazel servers outlive their clients, so stop those of the toy workspaces.
stop_servers() {
  local workspace
  while read -r workspace; do
    if [[ -d $workspace ]]; then (cd "$workspace" && bazelw shutdown) >/dev/null 2>&1; fi
  done < <(cat "$SCRATCH/workspaces" 2>/dev/null)
}

# toy_workspace FOLDER [TOY]: copies one of the toy workspaces in this directory. Their Bazel files end with .toy;
# otherwise they would be packages of this repository.
toy_workspace() {
  mkdir -p "$1"
  printf '%s\n' "$1" >>"$SCRATCH/workspaces"
  cp -R "$TESTS/${2:-toy}/." "$1"
  local file
  while read -r file; do mv "$file" "${file%.toy}"; done < <(find "$1" -name '*.toy')
}
