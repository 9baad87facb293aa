# shellcheck shell=bash
# All images together: the number of actions, the time of a build without changes, the disk usage, and the messages for
# wrong data.

# Prints the families of docs/images.md: `//static`, `//base`.
families() { bazel query "${QUIET[@]}" 'labels(families, //docs:images_page)' 2>/dev/null | sed 's/:.*//' | sort; }

# families_as PATTERN: prints each family with PATTERN appended.
families_as() { families | sed "s|\$|$1|"; }

# extractions FAMILY...: prints a line for each DebExtract action in the graph: the lock, the package file, and the
# paths that are kept. If an architecture-independent package had a repository for each architecture, its line would be
# repeated.
extractions() {
  bazel aquery "${QUIET[@]}" --include_param_files "mnemonic(DebExtract, deps($(printf '%s/... + ' "$@" | sed 's/ + $//')))" |
    awk -v quote="'" '
      /^action / { deb = part = "" }
      index($1, quote "--deb=") == 1 {
        count = split($1, path, "/")
        hub = path[count - 1]
        sub(/_[^_]*_[^_]*$/, "", hub)
        sub(/.*[~+]/, "", hub)
        deb = hub " " path[count]
      }
      index($1, quote "--include=") == 1 { part = part " " $1 }
      index($1, quote "--metadata=") == 1 { print deb part }
    '
}

# labels QUERY: prints the result of a query, sorted.
labels() { bazel query "${QUIET[@]}" "$1" 2>/dev/null | sort; }

# Every image has an `image_test` in a group that runs it. The tests/BUILD.bazel of the family declares the tests from
# the same data as the images.
every_image_has_its_test() {
  local -a all
  mapfile -t all < <(families_as :all)
  labels "kind('^image rule$', $(printf '%s + ' "${all[@]}" | sed 's/ + $//'))" | sed 's|:|/tests:|; s|$|_image_test|' | sort >"$CI_SCRATCH/images"
  labels "kind('^image_test rule$', $(printf '%s + ' "${all[@]/%:all//tests:all}" | sed 's/ + $//'))" >"$CI_SCRATCH/image_tests"
  check "there are images" test "$(wc -l <"$CI_SCRATCH/images")" -gt 400
  equal "images without a test" "" "$(comm -23 "$CI_SCRATCH/images" "$CI_SCRATCH/image_tests" | xargs)"
  labels "labels(tests, kind('^image_group_test rule$', $(printf '%s + ' "${all[@]/%:all//tests:all}" | sed 's/ + $//')))" >"$CI_SCRATCH/grouped_tests"
  equal "image tests that no group runs" "" "$(comm -23 "$CI_SCRATCH/image_tests" "$CI_SCRATCH/grouped_tests" | xargs)"
  note "$(wc -l <"$CI_SCRATCH/images") images, each with its test"
}

every_package_is_extracted_once() {
  local log=$CI_SCRATCH/extractions
  local -a all
  mapfile -t all < <(families)
  check "there are families" test "${#all[@]}" -ge 5
  extractions "${all[@]}" | sort >"$log"
  equal "packages of architecture all" "$(grep '_all\.deb' "$log" | sort -u | wc -l)" "$(grep -c '_all\.deb' "$log")"
  equal "actions" "$(sort -u "$log" | wc -l)" "$(wc -l <"$log")"
  check "there are actions" test "$(wc -l <"$log")" -gt 100
  note "$(wc -l <"$log") packages are extracted for all images, $(grep -c '_all\.deb' "$log") of them for all architectures"
}

# The limit leaves time for other work on the machine.
no_op_build_of_all_images_is_fast() {
  local log=$CI_SCRATCH/no-op-all best=999999 time
  local -a all
  mapfile -t all < <(families_as :all)
  build "${all[@]}"
  for _ in 1 2 3; do
    build "${all[@]}" 2>&1 | tee "$log"
    says "$log" "INFO: 1 process: 1 internal."
    time=$(elapsed "$log")
    if ((time < best)); then best=$time; fi
  done
  check "it takes less than ten seconds" test "$best" -lt 10000
  note "a no-op build of all images takes $best ms"
}

# on_disk DIRECTORY...: prints the size in kB; each hard link counts once. Archives do not count: only tests need these
# copies.
on_disk() { du --summarize --total --block-size=1000 --exclude='*.tar' "$@" | tail -n 1 | cut -f1; }

blobs_are_on_disk_once() {
  local bin blobs unique each used
  local -a all folders=()
  mapfile -t all < <(families)
  build "${all[@]/%/:all}"
  bin=$(bazel info bazel-bin 2>/dev/null)
  mapfile -t folders < <(printf '%s\n' "${all[@]}" //common | sed "s|^//|$bin/|")
  blobs=$CI_SCRATCH/blobs
  find "${folders[@]}" -path '*/blobs/sha256/*' -type f -printf '%f %s\n' >"$blobs"
  each=$(awk '{ sum += $2 } END { printf "%d", sum / 1000 }' "$blobs")
  unique=$(sort -u "$blobs" | awk '{ sum += $2 } END { printf "%d", sum / 1000 }')
  mapfile -t -O "${#folders[@]}" folders < <(find "$bin/external" -maxdepth 1 '(' -name '*debian*' -o -name '*nodejs*' ')' 2>/dev/null)
  used=$(on_disk "${folders[@]}")
  check "there are layouts" test "$unique" -gt 100000
  check "all of $used kB is less than twice the blobs, $unique kB" test "$used" -lt $((2 * unique))
  note "$(wc -l <"$blobs") blobs in layouts, $((each / 1000)) MB; $((unique / 1000)) MB of them differ; $((used / 1000)) MB are on disk"
}

# refused_data TEXT LINE...: checks that a BUILD file of these lines is refused with TEXT.
refused_data() {
  local text=$1 package=$WORKSPACE/ci_wrong_data
  shift
  rm -rf "$package"
  mkdir "$package"
  printf '%s\n' "$@" >"$package/BUILD.bazel"
  refused --nobuild //ci_wrong_data:all
  says "$SAID" "$text"
  rm -rf "$package"
}

wrong_data_is_refused() {
  # shellcheck disable=SC2016 # our messages have backquotes
  refused_data 'cannot make images of `debian99`: unknown distro; known distros: `debian11`, `debian12`' \
    'load("//common:family.bzl", "image_family")' \
    'image_family(name = "debian99", content = None)'
  # shellcheck disable=SC2016
  refused_data 'cannot make images of `debian12`: made: architecture `armhf` is named `arm` in OCI images' \
    'load("//common:family.bzl", "image_family")' \
    'image_family(name = "debian12", content = None, made = ["armhf"])'
  # shellcheck disable=SC2016
  refused_data 'cannot use package `libssl4` of `debian12` for `amd64`: it is not in debian_packages/debian12.lock.json; similar names: `libssl3`' \
    'load("//cc:cc.bzl", "cc_images")' \
    'cc_images(name = "debian12", packages = ["libssl4"])'
  says "$SAID" "bazelw run //debian_packages:lock"
  # shellcheck disable=SC2016
  refused_data 'cannot find packages of `debian99`: there is no manifest debian_packages/debian99.yaml; distros with a manifest: `debian11`' \
    'load("//common:packages.bzl", "package_layers")' \
    '[filegroup(name = "x", srcs = package_layers("debian99", ["libc6"], "amd64"))]'
}

an_image_that_another_distro_has() {
  refused //java:java21_debian12
  # shellcheck disable=SC2016
  says "$SAID" 'error: cannot build `//java:java21_debian12`: Debian 12 has OpenJDK 17 only'
  # shellcheck disable=SC2016
  says "$SAID" 'hint: build `//java:java21_debian13` instead'
  left_nothing java/java21_debian12.
}
