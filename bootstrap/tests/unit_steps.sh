# shellcheck shell=bash disable=SC2317,SC2153
# Directories that are made once.

with_steps() {
  # shellcheck source=bootstrap/log.sh
  source "$BAZELW_PARTS/log.sh"
  # shellcheck source=bootstrap/steps.sh
  source "$BAZELW_PARTS/steps.sh"
  CACHE=$FOLDER
}

count() { echo x >>"$FOLDER/$1"; }

test_a_folder_is_made_once() {
  with_steps
  make() { count made; }
  made_folder "$FOLDER/f" make
  made_folder "$FOLDER/f" make
  expect 1 "$(grep -c x made)"
}

test_a_step_that_failed_is_done_again_and_others_not() {
  with_steps
  second() { count second && [[ -e $FOLDER/repaired ]] || exit 7; }
  make() {
    step "$1" first count first
    step "$1" second second
  }
  local status=0
  (made_folder "$FOLDER/f" make) || status=$?
  expect 7 "$status"
  if [[ -e f/.ok ]]; then fail "a half-made folder counts as made"; fi
  : >repaired
  made_folder "$FOLDER/f" make
  expect "1 2" "$(grep -c x first) $(grep -c x second)"
  [[ -e f/.ok ]]
}

test_a_folder_that_is_not_finished_is_tried_again() {
  with_steps
  make() { count made && : >"$1/.unfinished"; }
  made_folder "$FOLDER/f" make
  made_folder "$FOLDER/f" make
  expect 2 "$(grep -c x made)"
}

test_two_at_once_make_it_once() {
  with_steps
  make() { count began && sleep 0.5 && count ended; }
  for _ in 1 2 3 4; do made_folder "$FOLDER/f" make 2>>waiting & done
  wait
  expect "1 1" "$(grep -c x began) $(grep -c x ended)"
  expect_in "another start is making $FOLDER/f; waiting for it" waiting
}

test_a_filled_folder_takes_its_place_whole() {
  with_steps
  fill() { echo "$2" >"$1/file" && { [[ $2 != bad ]] || return 1; }; }
  fresh_folder "$FOLDER/f" fill good
  (set -e && fresh_folder "$FOLDER/f" fill bad) & wait $! && fail "it must fail"
  expect good "$(cat f/file)"
  fresh_folder "$FOLDER/f" fill better
  expect better "$(cat f/file)"
  if [[ -e f.new ]]; then fail "f.new is left"; fi
}

test_the_key_follows_content() {
  with_steps
  echo a >one
  local first
  first=$(folder_key "$FOLDER/one" word)
  expect "$first" "$(folder_key "$FOLDER/one" word)"
  if [[ $first == "$(folder_key "$FOLDER/one" other)" ]]; then fail "a word does not count"; fi
  echo b >one
  if [[ $first == "$(folder_key "$FOLDER/one" word)" ]]; then fail "a file does not count"; fi
}

test_old_folders_are_forgotten() {
  with_steps
  mkdir -p bazel-old bazel-busy bazel-new other-old
  : >bazel-busy/.used
  touch -d '20 days ago' bazel-old bazel-busy other-old
  forget_old_folders 'bazel-*' 2>errors
  expect "bazel-busy bazel-new other-old" "$(echo *-*)"
}

test_progress_says_what_and_how_long() {
  with_steps
  half() { echo "1 of 2"; }
  watched "working" half log bash -c 'echo inside; exit 0' 2>errors
  expect "bazelw: working: 1 of 2, N s" "$(sed -E "s/[0-9]+ s$/N s/" errors)"
  expect inside "$(cat log)"
  local status=0
  watched "failing" half log bash -c 'exit 5' 2>errors || status=$?
  expect 5 "$status"
}
