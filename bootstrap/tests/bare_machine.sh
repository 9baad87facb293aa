# shellcheck shell=bash disable=SC2317,SC2164
# A machine without Rust, C compiler, git, curl, python3 ...: PATH has only apt and the commands of Debian's essential
# packages.

# Prints the commands that every Debian system has; awk is a link that is not in a package.
essential_commands() {
  local package
  echo awk
  # shellcheck disable=SC2016 # dpkg-query expands it
  dpkg-query --show --showformat='${Essential} ${Package}\n' | awk '$1 == "yes" { print $2 }' | cat - <(printf '%s\n' apt gpgv sqv mawk passwd) |
    while read -r package; do dpkg-query --listfiles "$package" 2>/dev/null; done | sed -nE 's#^(/usr)?/s?bin/([^/]+)$#\2#p'
}

bare_bazelw() { env -u CC -u CARGO_HOME -u RUSTUP_HOME -u RUSTUP_TOOLCHAIN PATH="$SCRATCH/bare" XDG_CACHE_HOME="$TESTS_CACHE" BAZELW_REFERENCE_TOOLS=0 "$BAZELW_TOP/bazelw" "$@"; }

test_rust_and_c_are_built_with_debians_compilers() {
  # shellcheck disable=SC2046 # a list of commands
  command_folder "$SCRATCH/bare" $(essential_commands | while read -r name; do if [[ -n $(type -P "$name") ]]; then echo "$name"; fi; done)
  if PATH=$SCRATCH/bare type -P gcc rustc curl git python3; then fail "this machine is not bare"; fi
  toy_workspace "$FOLDER/ws" toy_compiled && cd ws
  expect_status 0 bare_bazelw build //:hello //:sum
  sed -n 's/^bazelw: \(.*\)/NOTE: \1/p' "$FOLDER/errors"
  expect "Rust says 3" "$(bazel-bin/hello)"
  expect "C++ says 3" "$(bazel-bin/sum)"
  expect_status 0 bare_bazelw test //:hello_test
}

test_a_compiler_that_comes_is_taken() {
  if [[ -z $(type -P gcc) ]]; then
    note "not tried: this machine has no gcc"
    return
  fi
  local record
  toy_workspace "$FOLDER/ws" toy_compiled && cd ws
  record=$TESTS_CACHE/distroless-bazelw/starts/debian-${PWD//[!A-Za-z0-9]/_}
  expect_status 0 bare_bazelw build //:sum
  expect_in "COMPILER=$TESTS_CACHE" "$record"
  command_folder "$SCRATCH/bare" ar as cc cpp gcc gcov ld nm objcopy objdump strip
  expect_status 0 bare_bazelw build //:sum
  expect_in "COMPILER=''" "$record"
  rm "$SCRATCH"/bare/{ar,as,cc,cpp,gcc,gcov,ld,nm,objcopy,objdump,strip}
}
