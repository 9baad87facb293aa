# shellcheck shell=bash
# Functions that run steps, and functions that steps use for checks.

# run_all [--all] [--keep NAME...]
run_all() {
  local keep='' name minutes rule wanted=' '
  if [[ ${1:-} == --all ]]; then
    choose_sample all
    shift
  fi
  choose_sample "${CI_SAMPLE:-}"
  if [[ ${1:-} == --keep ]]; then
    keep=1
    shift
    wanted=" $* "
  fi
  PASSED=0 FAILED=0 SKIPPED=0 STEP_PID=
  exec </dev/null
  make_scratch
  use_scratch
  trap 'clean_up "$keep"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  while read -r name minutes rule; do
    if [[ -z $name || ($wanted != ' ' && $wanted != *" $name "*) ]]; then continue; fi
    if [[ $rule == sampled && $wanted == ' ' ]] && ! sample_has_step; then
      printf 'NOT IN THIS SAMPLE %s\n' "$name"
      continue
    fi
    run_step "$name" "$minutes"
    # The other steps need the results of these steps.
    if ((FAILED)) && [[ $name == copy_checkout || $name == readme_build ]]; then break; fi
  done <<<"$STEPS"
  if [[ -s $CI_SCRATCH/skipped ]]; then
    SKIPPED=$(wc -l <"$CI_SCRATCH/skipped")
    printf 'SKIPPED, for want of a judge:\n'
    sed 's/^/  /' "$CI_SCRATCH/skipped"
  fi
  printf 'sample: %s; %d minutes\n' "$(sample_in_words)" $((SECONDS / 60))
  printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  ((FAILED == 0 && PASSED > 0))
  exit
}

# Cleans up, and keeps the exit status of the run.
clean_up() {
  local status=$?
  trap - EXIT INT TERM
  if [[ -n $STEP_PID ]]; then kill "$STEP_PID" 2>/dev/null && wait "$STEP_PID"; fi
  if [[ -n $1 ]]; then printf 'kept: CI_SCRATCH=%s\n' "$CI_SCRATCH"; else remove_scratch; fi
  exit "$status"
}

# run_step NAME MINUTES: runs a step in its own process group, which is killed when the time is over.
run_step() {
  local log=$LOGS/$1.log started=$SECONDS status=0
  timeout --kill-after=30 "${2}m" bash "$CI_FOLDER/run" --one "$1" >"$log" 2>&1 &
  STEP_PID=$!
  wait "$STEP_PID" || status=$?
  STEP_PID=
  if ((status == 0)); then
    PASSED=$((PASSED + 1))
    printf 'PASS %s (%d s)\n' "$1" $((SECONDS - started))
    sed -n 's/^note: /  /p' "$log"
  else
    FAILED=$((FAILED + 1))
    printf 'FAIL %s (%d s, exit code %d)\n' "$1" $((SECONDS - started)) "$status"
    if ((status == 124)); then printf '  not done in %d minutes\n' "$2"; fi
    tail -n 120 "$log" | sed 's/^/  | /'
  fi
}

# note TEXT: prints a note that the report shows if the step passes.
note() { printf 'note: %s\n' "$*"; }

# check WHAT COMMAND...: checks that COMMAND succeeds.
check() {
  local what=$1
  shift
  if "$@"; then
    printf 'ok: %s\n' "$what"
  else
    printf 'not so: %s\n' "$what"
    return 1
  fi
}

# equal WHAT EXPECTED FOUND: checks that both values are equal.
equal() {
  if [[ $2 == "$3" ]]; then
    printf 'ok: %s: %s\n' "$1" "$3"
  else
    printf 'not so: %s: expected %s, found %s\n' "$1" "$2" "$3"
    return 1
  fi
}

# says FILE TEXT: checks that FILE contains TEXT.
says() {
  if grep -qF -e "$2" "$1"; then
    printf 'ok: it says %s\n' "$2"
  else
    printf 'not so: it says\n  %s\nbut:\n' "$2"
    cat "$1"
    return 1
  fi
}
