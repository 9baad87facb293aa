# shellcheck shell=bash disable=SC2317,SC2016
# The decision whether the user's own Bazel is used.

# A machine with commands bazelisk and curl as given, and with its own cache directory.
on_machine() {
  # shellcheck source=bootstrap/user_bazel.sh
  source "$BAZELW_PARTS/user_bazel.sh"
  CACHE=$FOLDER/cache
  fake_command bin/curl <<<"echo \"\$@\" >>'$FOLDER/asked'; exit $1"
  fake_command bin/bazelisk <<<"echo called >>'$FOLDER/called'; echo '$2'"
  PATH=$FOLDER/bin:$PATH
}

times() { if [[ -e $1 ]]; then wc -l <"$1"; else echo 0; fi; }

test_versions_compare_by_number() {
  # shellcheck source=bootstrap/user_bazel.sh
  source "$BAZELW_PARTS/user_bazel.sh"
  local version
  for version in 7.4 7.4.0 7.10 7.10.2 8.0.0 10 9.1.0; do version_reaches "$version" 7.4 || fail "$version is new enough"; done
  for version in 7.3 7.3.9 6.5.0 7 1; do if version_reaches "$version" 7.4; then fail "$version is too old"; fi; done
}

test_a_good_bazel_is_taken() {
  on_machine 0 "bazel 8.1.0"
  expect good "$(user_bazel_verdict "$FOLDER/bin/bazelisk")"
}

test_the_address_that_is_asked_can_be_set() {
  on_machine 0 "bazel 8.1.0"
  BAZELW_REGISTRY=http://registry.example
  user_bazel_verdict "$FOLDER/bin/bazelisk"
  expect_in "http://registry.example/modules/" asked
  expect_in "--max-time 3" asked
}

test_the_answer_is_remembered() {
  on_machine 0 "bazel 8.1.0"
  user_bazel_verdict "$FOLDER/bin/bazelisk"
  user_bazel_verdict "$FOLDER/bin/bazelisk"
  expect 1 "$(times called)"
  expect 1 "$(times asked)"
}

test_an_answer_grows_old() {
  on_machine 22 "bazel 8.1.0"
  user_bazel_verdict "$FOLDER/bin/bazelisk"
  sed -i "1s/.*/$((EPOCHSECONDS - BAD_ANSWER_HOLDS))/" cache/user-bazel
  user_bazel_verdict "$FOLDER/bin/bazelisk"
  expect 2 "$(times asked)"
}

test_a_broken_memory_is_made_anew() {
  on_machine 0 "bazel 8.1.0"
  mkdir -p cache
  : >cache/user-bazel
  expect good "$(user_bazel_verdict "$FOLDER/bin/bazelisk")"
}

test_a_silent_registry_is_told_and_bazel_not_started() {
  on_machine 28 "bazel 8.1.0"
  expect "the Bazel Central Registry does not answer" "$(user_bazel_verdict "$FOLDER/bin/bazelisk")"
  expect 0 "$(times called)"
}

test_an_old_bazel_is_told() {
  on_machine 0 "bazel 7.3.2"
  expect "its version 7.3.2 is older than 7.4" "$(user_bazel_verdict "$FOLDER/bin/bazelisk")"
}

test_a_bazel_without_version_is_told() {
  on_machine 0 "bazel no_version"
  expect "it does not tell its version" "$(user_bazel_verdict "$FOLDER/bin/bazelisk")"
}

test_release_candidates_have_a_version() {
  on_machine 0 "bazel 8.0.0rc1"
  expect 8.0.0 "$(user_bazel_version "$FOLDER/bin/bazelisk")"
}

test_bazelisk_goes_before_bazel() {
  on_machine 0 "bazel 8.1.0"
  fake_command bin/bazel <<<"echo 'bazel 8.0.0'"
  expect "$FOLDER/bin/bazelisk" "$(find_user_bazel)"
}

test_the_wrapper_does_not_find_itself() {
  on_machine 0 "bazel 8.1.0"
  rm bin/bazelisk
  ln -s "$BAZELW_TOP/bazelw" bin/bazel
  PATH=$FOLDER/bin
  if find_user_bazel; then fail "it found itself"; fi
}

# The whole sequence: the user's Bazel gets the arguments and the mirrors, and its exit code becomes ours.
test_the_users_bazel_is_run() {
  on_machine 0 "bazel 8.1.0"
  fake_command bin/bazelisk <<<'if [[ $1 == --version ]]; then echo "bazel 8.1.0"; else printf "<%s>" "$@"; cat "${1#--bazelrc=}"; exit 42; fi'
  XDG_CACHE_HOME=$FOLDER/cache DEBIAN_MIRROR="http://a.example/debian" expect_status 42 "$BAZELW_TOP/bazelw" build "a b"
  expect_in "<build><a b>" output
  if [[ -n $(type -P apt-get) ]]; then
    expect_in '"--repo_env=DEBIAN_MIRROR=http://a.example/debian"' output
    expect_in '"--test_env=DISTROLESS_REFERENCE_TOOLS=' output
  fi
  expect_not_in "--registry" output
}
