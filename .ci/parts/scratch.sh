# shellcheck shell=bash
# The directory of a run, which CI_SCRATCH names: a copy of the checkout, a cache, and logs.

CHECKOUT=$(cd "$CI_FOLDER/.." && pwd -P)

# The maximum disk usage of a run, in GB.
readonly CI_ROOM=20

# Sets CI_SCRATCH to a new directory on the file system with the most free space.
make_scratch() {
  local place room best='' most=0
  if [[ -z ${CI_SCRATCH:-} ]]; then
    for place in "${TMPDIR:-/tmp}" /var/tmp "${HOME:-/tmp}"; do
      room=$(df --output=avail --block-size=1G "$place" 2>/dev/null | tail -n 1)
      if [[ -w $place ]] && ((${room:-0} > most)); then best=$place most=$room; fi
    done
    if ((most < CI_ROOM)); then
      echo "error: cannot run the checks: they need $CI_ROOM GB, and the most that is free is $most GB" >&2
      echo "hint: set TMPDIR to a folder with room" >&2
      exit 36
    fi
    CI_SCRATCH=$(mktemp --directory "$best/distroless-ci.XXXXXXXX")
    mkdir "$CI_SCRATCH/logs" "$CI_SCRATCH/cache"
  fi
  export CI_SCRATCH
}

use_scratch() {
  WORKSPACE=$CI_SCRATCH/distroless
  # shellcheck disable=SC2034 # for the harness
  LOGS=$CI_SCRATCH/logs
  export XDG_CACHE_HOME=$CI_SCRATCH/cache
  # HOME may be unset in a minimal environment; rustup and cargo need it.
  export HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
  # A developer may have set these variables, but a new user does not have them.
  unset BAZELW BAZELW_JUDGES BAZELW_SUITE BAZELW_MODULE_FILES DISTROLESS_JUDGES CARGO_TARGET_DIR TEST_TMPDIR
}

# Stops the Bazel servers of this directory, and no others, and removes the directory.
remove_scratch() {
  local base
  for base in "$CI_SCRATCH"/cache/bazel/_bazel_*/*/server "$CI_SCRATCH"/*.base/server "$CI_SCRATCH"/bazelw-tests/*/bazel/_bazel_*/*/server; do
    if [[ -r $base/server.pid.txt ]]; then stop_process "$(cat "$base/server.pid.txt")"; fi
  done
  # Bazel makes its outputs read-only.
  chmod --recursive u+rwX "$CI_SCRATCH" 2>/dev/null
  rm -rf "$CI_SCRATCH"
}

# stop_process PID: stops the process only if its command line names this directory, because the PID may be reused.
stop_process() {
  local tries=50
  if ! tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF "$CI_SCRATCH"; then return; fi
  kill -TERM "$1"
  while ((tries-- > 0)) && kill -0 "$1" 2>/dev/null; do sleep 0.2; done
  kill -KILL "$1" 2>/dev/null
}

# Copies the checkout without ignored files, but with changes that are not committed yet.
copy_checkout() {
  if git -C "$CHECKOUT" rev-parse --git-dir >/dev/null 2>&1; then
    mkdir "$WORKSPACE"
    # git still lists a file whose deletion is not committed yet; tar skips it.
    git -C "$CHECKOUT" ls-files -z --cached --others --exclude-standard |
      tar --create --directory="$CHECKOUT" --ignore-failed-read --null --files-from=- | tar --extract --directory="$WORKSPACE"
  else
    cp --archive "$CHECKOUT" "$WORKSPACE"
    rm -f "$WORKSPACE"/bazel-*
  fi
  check "the copy has a bazelw" test -x "$WORKSPACE/bazelw"
  check "the cache is empty" test -z "$(ls -A "$XDG_CACHE_HOME")"
  installed_packages >"$CI_SCRATCH/installed.before"
}
