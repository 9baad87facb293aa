# shellcheck shell=bash
# Hostile input: runs each parser of the tools with mutated seeds (fuzz/README.md).

# Seconds for each target. All targets take two minutes on two cores, and so does compiling them.
readonly HOSTILE_SECONDS=3

hostile_input() {
  if ! type -P cargo >/dev/null; then
    echo "SKIPPED: hostile_input: no cargo on PATH" | tee -a "$CI_SCRATCH/skipped"
    return
  fi
  local targets seed
  equal "crates of other versions than in tools/Cargo.lock" "" "$(crates_of_fuzz_alone)"
  targets=$(fuzz --list)
  check "each target is in the table of fuzz/README.md, and no other" \
    diff <(sort <<<"$targets") <(targets_of_readme "$WORKSPACE/fuzz/README.md")
  check "every parser of the table exists" parsers_of_readme_exist "$WORKSPACE/fuzz/README.md"
  check "seeded faults are found" fuzz --self-test
  # Each commit has its inputs, and the same commit always has the same inputs.
  seed=$(hostile_seed)
  check "no input breaks a parser (--seed $seed)" fuzz --seconds "$HOSTILE_SECONDS" --seed "$seed"
  note "$(wc -l <<<"$targets") targets, --seed $seed"
}

fuzz() { CARGO_TARGET_DIR=$CI_SCRATCH/fuzz CARGO_INCREMENTAL=0 nice -n 5 "$WORKSPACE/fuzz/run.sh" "$@"; }

# Name and version of crates in fuzz/Cargo.lock that are not in tools/Cargo.lock, except those that only fuzz/ needs.
crates_of_fuzz_alone() {
  comm -23 <(crates_of "$WORKSPACE/fuzz/Cargo.lock") <(crates_of "$WORKSPACE/tools/Cargo.lock") |
    grep -vE '^(debian_lock_parsers|fuzz|peak_alloc) '
}

crates_of() { awk -F '"' '/^name = / { name = $2 } /^version = / && name { print name, $2; name = "" }' "$1" | sort; }

# A number that follows from the commit; 1 if there is no commit.
hostile_seed() {
  local commit
  commit=$(git -C "$CHECKOUT" rev-parse --short=7 HEAD 2>/dev/null) || commit=1
  printf '%d\n' "0x$commit"
}

# targets_of_readme FILE: the names in the second column of the table below `## Parsers and their targets`.
targets_of_readme() { table_of_readme "$1" | cut -d'|' -f3 | grep -oE '[a-z]+_[a-z0-9_]+' | sort -u; }

# Each link of the first column leads to a file.
parsers_of_readme_exist() {
  local path found=0
  while read -r path; do
    found=$((found + 1))
    if [[ ! -e $WORKSPACE/fuzz/$path ]]; then
      printf 'fuzz/README.md: there is no %s\n' "$path"
      return 1
    fi
  done < <(table_of_readme "$1" | cut -d'|' -f2 | grep -oE '\]\([^)]+\)' | tr -d '])(')
  ((found > 40))
}

table_of_readme() { awk '/^## / { inside = $0 == "## Parsers and their targets" } inside && /^\|/' "$1"; }
