# shellcheck shell=bash disable=SC2317,SC2016
# The messages for users when the wrapper cannot continue. Their text must not change.

# Runs the wrapper, which must fail; its messages are in $FOLDER/errors.
refused() { XDG_CACHE_HOME=$FOLDER/cache expect_status 36 "$BAZELW_TOP/bazelw" version; }

# A machine without Debian's tools and without Bazel.
bare_path() {
  command_folder "$FOLDER/bin" bash env dirname readlink cat chmod date sed mkdir mv rm
  PATH=$FOLDER/bin
}

test_unknown_choice() {
  BAZELW=debain refused
  expect 'error: cannot choose a Bazel: BAZELW is `debain`
hint: BAZELW is `system`, `debian`, or not set' "$(cat errors)"
}

test_no_bazel_and_no_debian() {
  bare_path
  refused
  expect 'error: cannot make a Bazel: no bazelisk or bazel on PATH, and this machine has no Debian packages to make one of
hint: install bazelisk' "$(cat errors)"
}

test_debian_forced_elsewhere() {
  bare_path
  BAZELW=debian refused
  expect 'error: cannot make a Bazel: BAZELW is `debian`, and there is no apt-get or no dpkg-deb
hint: install bazelisk' "$(cat errors)"
}

test_system_forced_without_bazel() {
  bare_path
  BAZELW=system refused
  expect "error: cannot run the user's Bazel: no bazelisk or bazel on PATH
hint: install bazelisk, or unset BAZELW" "$(cat errors)"
}

test_old_bazel_and_no_debian() {
  bare_path
  fake_command bin/curl <<<'exit 0'
  fake_command bin/bazel <<<'echo "bazel 6.5.0"'
  refused
  expect "error: cannot run Bazel: \`$FOLDER/bin/bazel\` cannot be used: its version 6.5.0 is older than 7.4
hint: install bazelisk, or Bazel 7.4 or newer" "$(cat errors)"
}

test_silent_registry_and_no_debian() {
  bare_path
  fake_command bin/curl <<<'exit 6'
  fake_command bin/bazel <<<'exit 9'
  XDG_CACHE_HOME=$FOLDER/cache expect_status 9 "$BAZELW_TOP/bazelw" version
  expect "bazelw: the Bazel Central Registry does not answer; going on with what Bazel has in its caches" "$(cat errors)"
}

test_no_mirror_is_known() {
  mkdir apt
  BAZELW=debian BAZELW_APT_CONFIGURATION=$FOLDER/apt refused
  expect_in 'error: cannot make a private Bazel: no Debian mirror is known
hint: set DEBIAN_MIRROR to the address of a `debian` archive' errors
}

test_the_mirror_cannot_be_reached() {
  BAZELW=debian DEBIAN_MIRROR=http://127.0.0.1:9/debian refused
  expect_in 'error: cannot read the package index: apt-get failed' errors
  expect_in 'hint: check the network and the mirror, or set DEBIAN_MIRROR to another one; what was fetched is kept' errors
  if compgen -G 'cache/distroless-bazelw/bazel-*/.ok'; then fail "a half-made root counts as made"; fi
}

test_cache_of_another_user() {
  mkdir -p "$FOLDER/cache/distroless-bazelw"
  # Only root can give a folder away, and not in a container that has no other user.
  chown 12345 "$FOLDER/cache/distroless-bazelw" 2>/dev/null || return 0
  BAZELW=debian refused
  expect_in "error: cannot use the cache folder \`$FOLDER/cache/distroless-bazelw\`: it belongs to another user
hint: set XDG_CACHE_HOME to another folder" errors
}

test_cache_with_a_space() {
  XDG_CACHE_HOME="$FOLDER/a b" BAZELW=debian expect_status 36 "$BAZELW_TOP/bazelw" version
  expect_in "error: cannot use the cache folder \`$FOLDER/a b/distroless-bazelw\`: Bazel does not work below a path with a space
hint: set XDG_CACHE_HOME to another folder" errors
}
