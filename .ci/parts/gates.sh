# shellcheck shell=bash
# Form and lint of what Bazel does not build. rustfmt and clippy are targets of `./bazelw test //...`.

judges_bin() { printf '%s\n' "$XDG_CACHE_HOME"/distroless-bazelw/judges-*/bin; }

# gate JUDGE ARGS...: in the copy of the checkout; without the judge, skipped aloud.
gate() {
  local program
  program=$(judges_bin)/$1
  if [[ ! -x $program ]]; then program=$(type -P "$1") || true; fi
  if [[ -z $program ]]; then
    printf 'SKIPPED: %s: it is not among the judges; %s\n' "$1" "$(grep -h "^$1:" "$(judges_bin)/../missing.txt")" | tee -a "$CI_SCRATCH/skipped"
    return
  fi
  shift
  (cd "$WORKSPACE" && "$program" "$@")
}

starlark_files() { (cd "$WORKSPACE" && find . -name 'bazel-*' -prune -o \( -name '*.bzl' -o -name '*.bazel' \) -type f -print); }

buildifier() {
  local -a files
  mapfile -t files < <(starlark_files)
  check "there are files" test "${#files[@]}" -gt 20
  gate buildifier -mode=check -lint=warn "${files[@]}"
}

shell_scripts() {
  local -a files
  mapfile -t files < <(cd "$WORKSPACE" && find .ci bazelw bench tools -type f \( -name '*.sh' -o -name bazelw -o -path .ci/run \) -print)
  check "there are files" test "${#files[@]}" -gt 10
  gate shellcheck --external-sources "${files[@]}"
}

bazelw_tests() {
  if [[ ! -e $WORKSPACE/tools/bazelw/tests/run.sh ]]; then
    echo "SKIPPED: bazelw_tests: there is no tools/bazelw/tests/run.sh" | tee -a "$CI_SCRATCH/skipped"
    return
  fi
  # The private Bazel that this run made from nothing serves them too.
  (cd "$WORKSPACE" && TMPDIR=$CI_SCRATCH BAZELW_TESTS_CACHE=$XDG_CACHE_HOME bash tools/bazelw/tests/run.sh)
}

# cargo and Bazel read the same lock.
cargo_lock_is_current() {
  if ! type -P cargo >/dev/null; then
    echo "SKIPPED: cargo_lock_is_current: no cargo on PATH" | tee -a "$CI_SCRATCH/skipped"
    return
  fi
  (cd "$WORKSPACE" && cargo metadata --locked --format-version 1 --manifest-path tools/Cargo.toml >/dev/null)
}

# A lock of released tools is empty, or of the sources as they are: else users would get programs that do not fit the rules.
released_tools_are_current() { python3 "$WORKSPACE/tools/release/release.py" --layer-assembler none --check; }

# Licences, duplicates and sources of all crates below the tools (tools/deny.toml). It asks cargo for them.
crates_are_allowed() {
  if ! type -P cargo >/dev/null; then
    echo "SKIPPED: crates_are_allowed: no cargo on PATH" | tee -a "$CI_SCRATCH/skipped"
    return
  fi
  gate cargo-deny --manifest-path tools/Cargo.toml --config tools/deny.toml check bans licenses sources
}
