# shellcheck shell=bash
# Change drills: patches that add an architecture, a distro, and others (tests/drills/README.md).

# The patches, each with the number of places that it touches: files, or directories that it adds. A line `mod NAME;` is
# not counted.
readonly DRILLS="
architecture 2
distro 3
family 2
compression 2
check 2
"

# drill_places NAME: prints the places that a patch touches. Files in a new directory at the root are one place.
drill_places() {
  git apply --numstat "$WORKSPACE/tests/drills/$1.patch" | while read -r added removed file; do
    if [[ ! -e $WORKSPACE/${file%%/*} ]]; then
      printf '%s/\n' "${file%%/*}"
    elif [[ $file != */mod.rs || $added-$removed != 1-0 ]]; then
      printf '%s\n' "$file"
    fi
  done | sort -u
}

# The patches that are applied.
APPLIED=()

apply_drills() {
  local name places
  # In a directory of another checkout, git would skip these files without a message.
  local -x GIT_CEILING_DIRECTORIES=$CI_SCRATCH
  while read -r name places; do
    if [[ -z $name ]]; then continue; fi
    equal "places of $name" "$places" "$(drill_places "$name" | wc -l)"
    (cd "$WORKSPACE" && git apply "tests/drills/$name.patch")
    APPLIED+=("$name")
  done <<<"$DRILLS"
}

reverse_drills() {
  local name
  local -x GIT_CEILING_DIRECTORIES=$CI_SCRATCH
  for name in "${APPLIED[@]}"; do (cd "$WORKSPACE" && git apply --reverse "tests/drills/$name.patch"); done
  rm -rf "$WORKSPACE"/debian_packages/debian14.* "$WORKSPACE/ci_drill"
}

# Makes a package for loong64 with a library: an ELF header without sections (EF_LARCH_OBJABI_V1, double float).
make_drill_package() {
  local root=$CI_SCRATCH/drill_package library
  library=$root/usr/lib/loongarch64-linux-gnu/libdrill.so.1
  rm -rf "$root" "$WORKSPACE/ci_drill"
  mkdir -p "$root/DEBIAN" "${library%/*}" "$WORKSPACE/ci_drill"
  printf 'Package: drill\nVersion: 1\nArchitecture: loong64\nMaintainer: none <none@example.org>\nDescription: test\n' >"$root/DEBIAN/control"
  {
    printf '\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x02\x01\x01\x00\x00\x00'
    head --bytes=24 /dev/zero
    printf '\x43\x00\x00\x00\x40\x00\x38\x00\x00\x00\x40\x00\x00\x00\x00\x00'
  } >"$library"
  (cd "$root" && md5sum usr/lib/*/* >DEBIAN/md5sums)
  dpkg-deb --root-owner-group --build "$root" "$WORKSPACE/ci_drill/drill_1_loong64.deb"
  cat >"$WORKSPACE/ci_drill/BUILD.bazel" <<'BUILD'
load("//rules:deb.bzl", "deb_layer")
load("//rules:image.bzl", "image", "image_index")
load("//rules:test.bzl", "image_test")

deb_layer(name = "package", architecture = "loong64", compression = "gzip9", deb = "drill_1_loong64.deb", package = "drill")

image(name = "image", layers = [":package"])

image_index(name = "index", image = ":image", platforms = ["//rules/platforms:linux_loong64"])

image(name = "loong64", architecture = "loong64", layers = [":package"])

image_test(name = "loong64_test", size = "small", checks = ["all"], image = ":loong64")
BUILD
}

change_drills() {
  if ! type -P git dpkg-deb >/dev/null; then
    echo "SKIPPED: change_drills: no git or no dpkg-deb on PATH" | tee -a "$CI_SCRATCH/skipped"
    return
  fi
  build //tools/debian_lock
  trap reverse_drills EXIT
  apply_drills
  make_drill_package
  debian_lock update "$WORKSPACE/debian_packages/debian14.yaml"
  debian_lock libraries "$WORKSPACE/debian_packages/debian14.yaml"
  build --nobuild //static/... //ruby/... //common/... //docs/... //rules/...
  build //static:debian14_amd64 //ci_drill/...
  says "$WORKSPACE/bazel-bin/ci_drill/index.index.json" '"architecture":"loong64"'
  equal "the image of both forms" "$(cat "$WORKSPACE/bazel-bin/ci_drill/loong64.digest")" \
    "$(grep --only-matching -E 'sha256:[0-9a-f]{64}' "$WORKSPACE/bazel-bin/ci_drill/index.index.json")"
  bazel test "${QUIET[@]}" --test_output=errors //ci_drill/... //tools/crates/arch/... //rules/tests/... //common/tests:problems_test //common/tests:published_test
  note "${#APPLIED[@]} drills"
}
