# shellcheck shell=bash
# The two commands of the README, as a new user runs them.

# Prints the commands of the first code block below "Two commands".
readme_commands() {
  awk '/^## Two commands/ { section = 1 } section && /^```/ { if (block++) exit; next } block' "$WORKSPACE/README.md" |
    sed 's/ *#.*//'
}

installed_packages() { if type -P dpkg-query >/dev/null; then dpkg-query --show; fi; }

readme_command() {
  local -a commands
  mapfile -t commands < <(readme_commands)
  equal "commands in the README" 2 "${#commands[@]}" >&2 || return 1
  printf '%s\n' "${commands[$1]}"
}

# run_readme_command NUMBER OPTION...: runs a command of the README unchanged, except for the display of progress.
run_readme_command() {
  local -a words
  read -ra words <<<"$(readme_command "$1")"
  shift
  printf '+ %s\n' "${words[*]}"
  (cd "$WORKSPACE" && "${words[@]}" "${QUIET[@]}" "$@")
}

readme_build() {
  equal "the first command" "./bazelw build //static:debian12" "$(readme_command 0)"
  run_readme_command 0
  index_digest >"$CI_SCRATCH/digest"
  check "there is a digest" test -s "$CI_SCRATCH/digest"
  note "index $(cat "$CI_SCRATCH/digest")"
}

readme_test() {
  equal "the second command" "./bazelw test //..." "$(readme_command 1)"
  # shellcheck disable=SC2046 # one option or none
  run_readme_command 1 $(sample_option)
  # shellcheck disable=SC2153 # of scratch.sh
  note "$(grep -E '^Executed [0-9]+ out of' "$LOGS/readme_test.log" | tail -n 1)"
}

# A test prints a line with `SKIPPED` if its program is missing. This step fails if a program could not be made at all.
judged_by_all() {
  local logs
  logs=$(bazel info bazel-testlogs)
  grep -rhE '^SKIPPED: ' --include=test.log --exclude-dir='*_unit_test' "$logs/" | sort -u >"$CI_SCRATCH/skipped" || true
  check "all judges could be brought" not grep -F 'this part could not be made' "$CI_SCRATCH/skipped"
  check "the judges' own tests ran" test -e "$logs/static/tests/debian12_layout_test/test.log"
  note "$(cat "$logs"/static/tests/*/test.log | grep -c '^ok: ') verdicts of judges on //static"
}

not() { ! "$@"; }

# Other tools can read the layout that the README names: it has no links out of the directory, and its blobs are hard
# links.
layout_lies_there() {
  local layout=$WORKSPACE/bazel-bin/static/debian12
  equal "its files" "blobs index.json oci-layout" "$(cd "$layout" && echo *)"
  equal "links in it" "" "$(find "$layout/" -type l)"
  check "its blobs are hard links" test -n "$(find "$layout/blobs/" -type f -links +1)"
}

nothing_was_installed() {
  installed_packages | diff "$CI_SCRATCH/installed.before" -
  check "the cache is where it was told to be" test -d "$XDG_CACHE_HOME/distroless-bazelw"
}
