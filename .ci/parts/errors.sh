# shellcheck shell=bash
# Mistakes of users: each gives the right message and leaves no output.

# A URL without a server.
readonly CLOSED=http://127.0.0.1:1

# refused OPTION...: checks that a build fails, and writes its output to $SAID.
refused() {
  SAID=$CI_SCRATCH/said
  if build "$@" >"$SAID" 2>&1; then
    cat "$SAID"
    echo "not so: the build fails"
    return 1
  fi
  cat "$SAID"
  check "Bazel did not crash" not grep -qE 'java\.lang|FATAL|panicked' "$SAID"
}

an_architecture_that_is_not_made() {
  refused //static:debian12_riscv64
  # shellcheck disable=SC2016 # our messages have backquotes
  says "$SAID" 'error: cannot build `//static:debian12_riscv64`: there is no debian12 image for `riscv64`: Debian 12 was not released for it; available architectures: `amd64`'
  left_nothing static/debian12_riscv64
}

a_misspelt_architecture() {
  refused //static:debian12_x86_64
  # shellcheck disable=SC2016
  says "$SAID" 'error: cannot build `//static:debian12_x86_64`: architecture `x86_64` is named `amd64` in OCI images'
  # shellcheck disable=SC2016
  says "$SAID" 'hint: build `//static:debian12_amd64` instead'
  left_nothing static/debian12_x86_64
}

# left_nothing PATH: checks that there is neither an output of that name nor a temporary file next to it.
left_nothing() {
  equal "outputs left" "" "$(find "$(bazel info output_path)" -path "*/bin/$1*" \( -type f -o -type l \) -not -name '*.params')"
}

# Prints the path of a package that a build of this workspace has fetched.
fetched_package() {
  local label
  label=$(bazel cquery "${QUIET[@]}" --output=files '@debian12//netbase/amd64:deb' 2>/dev/null)
  printf '%s/%s\n' "$(bazel info output_base)" "$label"
}

# refused_package FILE ATTRIBUTES: checks that deb_layer() refuses the package.
refused_package() {
  local package=$WORKSPACE/ci_bad_package
  rm -rf "$package"
  mkdir "$package"
  cp "$1" "$package/bad.deb"
  printf 'load("//rules:deb.bzl", "deb_layer")\n\ndeb_layer(name = "bad", deb = "bad.deb"%s)\n' "${2:+, $2}" >"$package/BUILD.bazel"
  refused //ci_bad_package:bad
  left_nothing ci_bad_package/bad
  rm -rf "$package"
}

a_truncated_package() {
  head --bytes=5000 "$(fetched_package)" >"$CI_SCRATCH/bad.deb"
  refused_package "$CI_SCRATCH/bad.deb"
  # shellcheck disable=SC2016
  says "$SAID" 'error: cannot extract `ci_bad_package/bad.deb`: '
  says "$SAID" 'truncated'
}

a_package_of_another_hash() {
  local zeros
  zeros=$(printf '%064d' 0)
  refused_package "$(fetched_package)" "sha256 = \"$zeros\""
  # shellcheck disable=SC2016
  says "$SAID" 'error: cannot extract `ci_bad_package/bad.deb`: '
  says "$SAID" "$zeros"
}

# ar_archive NAME...: prints an ar archive of files in the current directory, because `ar` may be missing.
ar_archive() {
  local name
  printf '!<arch>\n'
  for name; do
    printf '%-16s%-12s%-6s%-6s%-8s%-10s`\n' "$name" 0 0 0 100644 "$(stat --format=%s "$name")"
    cat "$name"
    if (($(stat --format=%s "$name") % 2)); then printf '\n'; fi
  done
}

package_parts() {
  rm -rf "$CI_SCRATCH/parts"
  mkdir "$CI_SCRATCH/parts"
  cd "$CI_SCRATCH/parts" || return
  echo 2.0 >debian-binary
  printf 'Package: bad\nVersion: 1\nArchitecture: all\nDescription: test\n' >control
  tar --create --gzip --file=control.tar.gz ./control
  tar --create --file=data.tar ./control
}

an_unknown_compression() {
  package_parts
  cp data.tar data.tar.rar
  ar_archive debian-binary control.tar.gz data.tar.rar >"$CI_SCRATCH/bad.deb"
  refused_package "$CI_SCRATCH/bad.deb"
  # shellcheck disable=SC2016
  says "$SAID" 'error: cannot extract `ci_bad_package/bad.deb`: '
  says "$SAID" 'data.tar.rar'
}

a_package_without_data() {
  package_parts
  ar_archive debian-binary control.tar.gz >"$CI_SCRATCH/bad.deb"
  refused_package "$CI_SCRATCH/bad.deb"
  # shellcheck disable=SC2016
  says "$SAID" 'error: cannot extract `ci_bad_package/bad.deb`: '
  says "$SAID" 'data.tar'
}

# The mirrors are unavailable, and so is every other server, because the proxy does not exist. There is no cache of
# downloads.
an_unreachable_mirror() {
  refused //static:debian12_amd64 --repository_cache= --http_connector_attempts=1 \
    --repo_env=DEBIAN_MIRROR="$CLOSED/debian" --repo_env=DEBIAN_SECURITY_MIRROR="$CLOSED/debian-security" \
    --repo_env=http_proxy="$CLOSED" --repo_env=https_proxy="$CLOSED" --repo_env=no_proxy=127.0.0.1 \
    --repo_env=HTTP_PROXY="$CLOSED" --repo_env=HTTPS_PROXY="$CLOSED" --repo_env=NO_PROXY=127.0.0.1
  # shellcheck disable=SC2016
  grep -E 'cannot fetch package `[a-z-]+` [^ ]+ \([a-z0-9]+\): no URL has a file with SHA-256 [0-9a-f]{64}; tried' "$SAID"
  says "$SAID" "  $CLOSED/debian"
  check "the snapshot archive is named last" grep -E '^  https://[^ ]+/archive/debian' "$SAID"
  says "$SAID" 'hint: set DEBIAN_'
  build //static:debian12
  same_digest
}

# changed_lock PROGRAM: changes the lock with sed, checks that //static is refused, and restores the lock.
changed_lock() {
  local lock=$WORKSPACE/debian_packages/debian12.lock.json status=0
  cp "$lock" "$CI_SCRATCH/lock.json"
  sed --in-place "$1" "$lock"
  check "the lock is another one" not cmp --silent "$lock" "$CI_SCRATCH/lock.json"
  refused //static:debian12_amd64 --http_connector_attempts=1 || status=$?
  cp "$CI_SCRATCH/lock.json" "$lock"
  return "$status"
}

a_wrong_hash_in_a_lock() {
  local zeros
  zeros=$(printf '%064d' 0)
  changed_lock "/\"netbase\": {/,/\"sha256\"/s/\"sha256\": \"[0-9a-f]*\"/\"sha256\": \"$zeros\"/"
  # shellcheck disable=SC2016
  says "$SAID" 'cannot fetch package `netbase`'
  says "$SAID" "no URL has a file with SHA-256 $zeros; tried"
  build //static:debian12
  same_digest
}

a_lock_of_a_newer_version() {
  # shellcheck disable=SC2016
  changed_lock 's/^  "version": 1$/  "version": 99/'
  says "$SAID" 'debian_packages:debian12.lock.json`: $.version: expected 1 or older, found 99'
  says "$SAID" 'hint: update the distroless module'
}

a_malformed_lock() {
  changed_lock '/"netbase": {/,/"size"/s/"size": [0-9]*/"size": "many"/'
  says "$SAID" 'debian_packages:debian12.lock.json`: $.packages.netbase.all.size: expected a whole number, found "many"'
  # shellcheck disable=SC2016 # sed's last line
  changed_lock '$d'
  says "$SAID" 'debian_packages:debian12.lock.json`: $: expected JSON, found other text'
  build //static:debian12
  same_digest
}
