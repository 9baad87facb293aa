# shellcheck shell=bash disable=SC2317,SC2153,SC2034,SC2016
# The judges' parts: one may fail without the others.

with_judges() {
  local part
  for part in log steps mirrors apt user_bazel private_root judges buildifier; do
    # shellcheck source=/dev/null
    source "$BAZELW_PARTS/$part.sh"
  done
  CACHE=$FOLDER
  say() { printf '%s\n' "$*" >>"$FOLDER/said"; }
  # Stand-ins for what fetches.
  make_suite_judges() {
    echo "$2" >>"$FOLDER/made"
    rm -f "$1/missing/$2"
    [[ ! -e $FOLDER/$2-fails ]] || refuse "cannot fetch the packages: apt-get failed"
    if [[ $2 == newer ]]; then echo "regctl: no package regctl in the suite" >"$1/missing/newer"; fi
  }
  make_buildifier() { echo buildifier >>"$FOLDER/made"; }
}

test_a_part_that_fails_is_told_and_tried_again_after_a_while() {
  with_judges
  : >own-fails
  prepare_judges "$FOLDER/j"
  expect "all of own: could not be made; see the messages of that start
regctl: no package regctl in the suite" "$(cat j/missing.txt)"
  expect_in "JUDGES MISSING" said
  if [[ -e j/.ok ]]; then fail "half of the judges count as all"; fi

  prepare_judges "$FOLDER/j"
  expect "newer own buildifier" "$(xargs <made)"

  touch -d '11 minutes ago' j/.unfinished
  rm own-fails
  prepare_judges "$FOLDER/j"
  expect "newer own buildifier own" "$(xargs <made)"
  expect "regctl: no package regctl in the suite" "$(cat j/missing.txt)"
  [[ -e j/.ok ]]
}

test_commands_pass_their_arguments() {
  with_judges
  mkdir -p bin
  fake_command programs/program <<<'printf "<%s>" "$PATH" "$@"'
  judge_command "$FOLDER" "$FOLDER/programs/program" skopeo
  judge_command "$FOLDER" "$FOLDER/programs/program" dockerd
  judge_command "$FOLDER" "$FOLDER/programs/program" umoci
  PATH=/p:/bin
  expect "</p:/bin><--policy><$FOLDER/policy.json><a b>" "$(bin/skopeo 'a b')"
  expect "<$FOLDER/engine:/p:/bin><a b>" "$(bin/dockerd 'a b')"
  expect "</p:/bin><a b><>" "$(bin/umoci 'a b' '')"
}
