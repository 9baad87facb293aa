# shellcheck shell=bash
# Messages and progress. All output goes to standard error, because standard output is for Bazel.

# Bazel's exit code for problems of the environment; used for every error of this wrapper.
readonly EXIT_ENVIRONMENT=36

say() { printf 'bazelw: %s\n' "$*" >&2; }

# refuse MESSAGE [HINT]: MESSAGE is "cannot VERB `OBJECT`: cause".
refuse() {
  printf 'error: %s\n' "$1" >&2
  if [[ -n ${2:-} ]]; then printf 'hint: %s\n' "$2" >&2; fi
  exit "$EXIT_ENVIRONMENT"
}

# 12345678 -> 12.3 MB
megabytes() { printf '%d.%d MB' $(($1 / 1000000)) $(($1 / 100000 % 10)); }

# watched LABEL PROGRESS LOG COMMAND...
#
# Runs COMMAND in its own process group with its output in LOG. Meanwhile shows LABEL, the output of the function
# PROGRESS, and the time: on a terminal in one line that is redrawn, else as a new line from time to time. Returns
# COMMAND's status.
watched() {
  local label=$1 progress=$2 log=$3 status=0 started=$SECONDS
  shift 3
  set -m
  "$@" >>"$log" 2>&1 </dev/null &
  WATCHED_PID=$!
  set +m
  trap 'watched_stop INT 130' INT
  trap 'watched_stop TERM 143' TERM
  watched_show "$label" "$progress" "$started"
  wait "$WATCHED_PID" || status=$?
  trap - INT TERM
  WATCHED_PID=
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
  if ((status == 0)); then say "$label: $("$progress"), $((SECONDS - started)) s"; fi
  return "$status"
}

# Finished steps are kept; the next start continues from there.
watched_stop() {
  kill -TERM -- "-$WATCHED_PID" 2>/dev/null || true
  wait "$WATCHED_PID" 2>/dev/null || true
  printf '\n' >&2
  say "interrupted; the next start goes on from here"
  trap - INT TERM
  kill "-$1" "$$"
  if [[ $BASHPID != "$$" ]]; then kill "-$1" "$BASHPID"; fi
  exit "$2"
}

watched_show() {
  local label=$1 progress=$2 started=$3 tick next=10
  exec {tick}<> <(:)
  while kill -0 "$WATCHED_PID" 2>/dev/null; do
    if [[ -t 2 ]]; then
      printf '\r\033[Kbazelw: %s: %s, %d s' "$label" "$("$progress")" $((SECONDS - started)) >&2
    elif ((SECONDS - started >= next)); then
      say "$label: $("$progress"), $((SECONDS - started)) s ..."
      next=$((SECONDS - started + 10))
    fi
    read -rt 0.2 -u "$tick" || true
  done
  exec {tick}<&-
}

# Shows the end of a log after a failure.
show_log() {
  if [[ -s $1 ]]; then
    say "the last lines of $1:"
    tail -n 15 "$1" | sed 's/^/  | /' >&2
  fi
}
