# shellcheck shell=bash
# Format and lint of files that Bazel does not build. rustfmt and clippy are targets of `./bazelw test //...`.

judges_bin() { printf '%s\n' "$XDG_CACHE_HOME"/distroless-bazelw/judges-*/bin; }

# gate PROGRAM ARGUMENT...: runs a program in the copy of the checkout, or reports it as skipped if it is missing.
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
  mapfile -t files < <(cd "$WORKSPACE" && find .ci bazelw bench bootstrap fuzz tools -type f \( -name '*.sh' -o -name bazelw -o -path .ci/run \) -print)
  check "there are files" test "${#files[@]}" -gt 10
  gate shellcheck --external-sources "${files[@]}"
}

bazelw_tests() {
  if [[ ! -e $WORKSPACE/bootstrap/tests/run.sh ]]; then
    echo "SKIPPED: bazelw_tests: there is no bootstrap/tests/run.sh" | tee -a "$CI_SCRATCH/skipped"
    return
  fi
  # These tests use the private Bazel that this run made.
  (cd "$WORKSPACE" && TMPDIR=$CI_SCRATCH BAZELW_TESTS_CACHE=$XDG_CACHE_HOME bash bootstrap/tests/run.sh)
}

# tools/Cargo.lock, which cargo and Bazel read, is current.
cargo_lock_is_current() {
  if ! type -P cargo >/dev/null; then
    echo "SKIPPED: cargo_lock_is_current: no cargo on PATH" | tee -a "$CI_SCRATCH/skipped"
    return
  fi
  (cd "$WORKSPACE" && cargo metadata --locked --format-version 1 --manifest-path tools/Cargo.toml >/dev/null)
}

# The lock of the released tools is empty or belongs to the current sources. Otherwise users would get tools that do not
# match the rules.
released_tools_are_current() { python3 "$WORKSPACE/tools/release/release.py" --layer-assembler none --check; }

# The licences, duplicates and sources of all crates of the tools are allowed (tools/deny.toml). cargo-deny runs cargo.
crates_are_allowed() {
  if ! type -P cargo >/dev/null; then
    echo "SKIPPED: crates_are_allowed: no cargo on PATH" | tee -a "$CI_SCRATCH/skipped"
    return
  fi
  gate cargo-deny --manifest-path tools/Cargo.toml --config tools/deny.toml check bans licenses sources
  # The archive of a release contains the licence text of each crate.
  python3 "$WORKSPACE/tools/release/release.py" --layer-assembler none --check-licences
}

# The values in SECURITY.md are those of the constants in the code, and the files that it names exist.
limits_are_documented() {
  local rows documented name path wrong=0
  while read -r path; do
    test -e "$WORKSPACE/$path" || check "SECURITY.md links to $path" false || wrong=1
  done < <(grep -oE '\]\([^:)]+\)' "$WORKSPACE/SECURITY.md" | tr -d '])(')
  rows=$(limit_rows "$WORKSPACE/SECURITY.md")
  check "there are limits" test "$(wc -l <<<"$rows")" -gt 50
  while IFS='|' read -r _ _ documented name path _; do
    name=${name//[\` ]/} path=${path#*(}
    path=${path%%)*}
    equal "$name of $path" "$(number_of "$documented")" "$(constant "$WORKSPACE/$path" "$name")" || wrong=1
  done <<<"$rows"
  return "$wrong"
}

# limit_rows FILE: prints the rows of the table below `## Limits`, without its head and without the titles of its parts.
limit_rows() { awk '/^## / { limits = $0 == "## Limits" } limits && /^\|/ && !/^\| (limit|---|\*\*)/' "$1"; }

# number_of TEXT: prints `4 MiB`, `300,000` or `60 s` as a whole number.
number_of() {
  local number unit
  read -r number unit <<<"${1//,/}"
  case $unit in
    KiB) number="$number << 10" ;;
    MiB) number="$number << 20" ;;
    GiB) number="$number << 30" ;;
  esac
  whole_number "$number" "in the document"
}

# constant FILE NAME: prints the value of a constant in a Rust file.
constant() {
  whole_number "$(sed -n -E "s/^.*\bconst $2: [A-Za-z0-9]+ = ([A-Za-z]+::from_secs)?(.*);\$/\2/p" "$1")" "in the code"
}

# whole_number EXPRESSION PLACE: prints its value. If it is not a number, prints it with the place, so that it equals no
# other value.
whole_number() {
  local text=${1//_/}
  if [[ $text =~ ^[0-9\ ()*\<]+$ ]]; then printf '%d\n' "$((text))"; else printf '%s: no number: %s\n' "$2" "$text"; fi
}

# The relative links and anchors of all Markdown files are valid. Before that, checks that invalid links are found.
links_resolve() {
  local folder=$CI_SCRATCH/links links=$CI_FOLDER/parts/links.py
  mkdir -p "$folder"
  # shellcheck disable=SC2016 # The backticks are those of Markdown.
  printf '%s\n' '# A *heading*, twice' '# A heading, twice' '[a](#a-heading-twice-1) [b](README.md#nothing) [c](nowhere.md) [d](../x.md) `[e](f.md)`' >"$folder/README.md"
  equal "wrong links" "README.md: README.md#nothing: there is no heading for #nothing
README.md: nowhere.md: there is no such file
README.md: ../x.md: it leads out of the checkout
4 links" "$(python3 "$links" "$folder")"
  python3 "$links" "$WORKSPACE"
}

# Documents, comments and messages have few of the phrases that STYLE.md rules out.
plain_language() {
  local -a files messages
  mapfile -t files < <(find "$WORKSPACE" -name 'bazel-*' -prune -o -type f -print |
    grep -E '\.(bazel|bzl|md|py|rs|sh|yml)$' |
    grep -vE '/(testdata|corpus)/|/(STYLE|CHANGELOG)\.md$|/expected[a-z_]*\.md$|/docs_writer/src/prose/')
  check "there are files" test "${#files[@]}" -gt 500
  bazel run "${QUIET[@]}" //tools/docs_writer -- prose --limit 15 --kind documents --kind comments "${files[@]}"
  # Messages of these directories do not follow STYLE.md yet. Remove a directory from the list when they do.
  mapfile -t messages < <(printf '%s\n' "${files[@]}" |
    grep -vE '/(tools/(crates/debian_repo|debian_lock|image_test|judges)|rules)/')
  bazel run "${QUIET[@]}" //tools/docs_writer -- prose --limit 15 --kind messages "${messages[@]}"
}
