# shellcheck shell=bash
# Builds the files in docs/guides/migrating.md, each set as a workspace. The directory and the output base are those of
# downstream.sh, so that the tools are compiled once.

# Packages of the example, with their dependencies.
readonly MIGRATED="ca-certificates libc-bin libc6 libssl3:libc6 netbase tzdata"

# migration_workspace NAME: makes $DOWNSTREAM the workspace NAME of docs/guides/migrating.md.
migration_workspace() {
  rm -rf "$DOWNSTREAM"
  cp -r "$WORKSPACE/docs/testdata/migrating" "$DOWNSTREAM"
  awk -v "workspace=$1/" -v "folder=$DOWNSTREAM/" '
    match($0, /<!-- file: [^ ]+ -->/) {
      indent = RSTART - 1
      name = substr($0, RSTART + 11, RLENGTH - 15)
      file = index(name, workspace) == 1 ? folder substr(name, length(workspace) + 1) : ""
    }
    file && /```$/ { file = "" }
    file && inside { print substr($0, indent + 1) >file }
    /```starlark$/ { inside = 1; next }
    /```$/ { inside = 0 }
  ' "$WORKSPACE/docs/guides/migrating.md"
  check "it has files" test -s "$DOWNSTREAM/MODULE.bazel"
}

migration_bazel() {
  local command=$1
  shift
  (cd "$DOWNSTREAM" && BAZELW_MODULE_FILES=$WORKSPACE/MODULE.bazel "$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/downstream.base" "$command" \
    "${QUIET[@]}" --lockfile_mode=off --host_compilation_mode=fastbuild "--sandbox_add_mount_pair=$WORKSPACE" "--override_module=distroless=$WORKSPACE" "$@")
}

# migrated_packages: prints name, architecture, version, SHA-256, file and dependency of each package for two
# architectures.
migrated_packages() {
  local package name architecture root labels=()
  for package in $MIGRATED; do labels+=("@debian12//${package%:*}/amd64:deb" "@debian12//${package%:*}/arm64:deb"); done
  build "${labels[@]}" >&2
  root=$(bazel info output_base 2>/dev/null)
  for package in $MIGRATED; do
    name=${package%:*}
    for architecture in amd64 arm64; do
      printf '%s %s %s %s %s %s\n' "$name" "$architecture" \
        "$(locked_fact "$name" "$architecture" version)" "$(locked_fact "$name" "$architecture" sha256)" \
        "$root/$(bazel cquery "${QUIET[@]}" --output=files "@debian12//$name/$architecture:deb" 2>/dev/null)" \
        "$(sed -n 's/.*://p' <<<"$package")"
    done
  done
}

# locked_fact PACKAGE ARCHITECTURE FIELD: prints a field of our lock, which has one field on each line.
locked_fact() {
  awk -F'"' -v "package=$1" -v "architecture=$2" -v "field=$3" '
    /^    "/ { inside = $2 == package }
    /^      "/ { mine = $2 == architecture || $2 == "all" }
    inside && mine && /^        "/ && $2 == field { print $4; exit }
  ' "$WORKSPACE/debian_packages/debian12.lock.json"
}

# Prints a lock in the format of rules_distroless 0.8.
lock_of_0_8() {
  local separator='' name architecture version sha256 file needs
  printf '{"version": 1, "packages": ['
  while read -r name architecture version sha256 file needs; do
    if [[ -n $needs ]]; then needs="{\"key\": \"$needs\", \"name\": \"$needs\", \"version\": \"0\"}"; fi
    printf '%s{"key": "%s_%s_%s", "name": "%s", "version": "%s", "arch": "%s", "urls": ["file://%s"], "sha256": "%s", "dependencies": [%s]}' \
      "$separator" "$name" "$version" "$architecture" "$name" "$version" "$architecture" "$file" "$sha256" "$needs"
    separator=', '
  done
  printf ']}\n'
}

# Prints a lock in the format of rules_distroless 0.9.
lock_of_0_9() {
  local separator='' name architecture version sha256 file needs key mine root
  local -A wanted=() seen=()
  root=$(bazel info output_base 2>/dev/null)
  printf '{"version": 2, "sources": {"bookworm": {"types": ["deb"], "uris": ["file://%s"], "components": ["main"], "architectures": ["amd64", "arm64"]}}, "packages": {' "$root"
  while read -r name architecture version sha256 file needs; do
    mine=$architecture
    if [[ $file == *_all.deb ]]; then mine=all; fi
    key="/bookworm/$name:$mine"
    wanted[$architecture]+="${wanted[$architecture]:+, }\"$key\": \"$version\""
    if [[ -n ${seen[$key]:-} ]]; then continue; fi
    seen[$key]=1
    if [[ -n $needs ]]; then needs="\"/bookworm/$needs:$architecture=$(locked_fact "$needs" "$architecture" version)\""; fi
    printf '%s"%s=%s": {"name": "%s", "version": "%s", "architecture": "%s", "sha256": "%s", "filename": "%s", "suite": "bookworm", "section": "libs", "size": 1, "depends_on": [%s]}' \
      "$separator" "$key" "$version" "$name" "$version" "$mine" "$sha256" "${file#"$root"/}" "$needs"
    separator=', '
  done
  printf '}, "dependency_sets": {"bookworm": {"sets": {"amd64": {%s}, "arm64": {%s}}}}}\n' "${wanted[amd64]}" "${wanted[arm64]}"
}

# import_lock OPTION...: runs the import command of the guide with the tool that is already compiled.
import_lock() {
  build //tools/debian_lock
  (cd "$DOWNSTREAM" && "$WORKSPACE/bazel-bin/tools/debian_lock/debian_lock" import "$@")
}

migration_from_0_8() {
  local bin tars
  migration_workspace v0_8
  migrated_packages >"$CI_SCRATCH/migrated"
  lock_of_0_8 <"$CI_SCRATCH/migrated" >"$DOWNSTREAM/old.lock.json"
  printf 'version: 1\nsources:\n  - channel: bookworm main\n    url: https://snapshot.debian.org/archive/debian/20260711T093111Z\narchs: [amd64, arm64]\npackages: [%s]\n' \
    "$(sed 's/:[^ ]*//g; s/ /, /g' <<<"$MIGRATED")" >"$DOWNSTREAM/old.yaml"
  import_lock old.yaml --lock old.lock.json --output bookworm.yaml
  migration_bazel build //... @bookworm//:flat @bookworm//:dpkg_status @bookworm//libssl3:control
  bin=$DOWNSTREAM/bazel-bin
  equal "the bundle and its folders" \
    "etc/ etc/ssl/ etc/ssl/certs/ etc/ssl/certs/ca-certificates.crt usr/ usr/share/ usr/share/doc/ usr/share/doc/ca-certificates/ usr/share/doc/ca-certificates/copyright" \
    "$(tar -tzf "$bin/cacerts.tar.gz" | xargs)"
  equal "modes and times of the bundle" "mode=0555 time=0.0" "$(facts_of "$bin/cacerts.mtree" ca-certificates.crt)"
  equal "the locale" "mode=0644 time=0.0" "$(facts_of "$bin/locale.mtree" C.utf8/LC_CTYPE)"
  tars=$(migration_bazel cquery --output=files @bookworm//libssl3 2>/dev/null | sed 's/.*bookworm_//' | xargs)
  equal "a package with what it needs" "libc6_amd64/data.tar.gz libssl3_amd64/data.tar.gz" "$tars"
  check "a layer has the library" grep -q '^./usr/lib/x86_64-linux-gnu/libssl.so.3 ' "$bin/flat.mtree"
  check "and the accounts" grep -q '^./etc/passwd ' "$bin/flat.mtree"
  # shellcheck disable=SC2016
  {
    migration_refused 's/\["netbase", "tzdata"\]/["netbas"]/' 'cannot use package `netbas` of `@bookworm`: it is not in the lock; similar names: `netbase`' \
      'hint: add it to the manifest and lock it: `bazel run @bookworm//:lock`'
    migration_refused 's/ uid = 0, username/ username/' 'cannot make `//:passwd`: an entry lacks `uid`'
    migration_refused 's/"root")\],/"a:b")],/' 'cannot make `//:passwd`: `a:b:!:0:0::/root:/sbin/nologin` is not of the form `NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL`: it has 8 fields'
    migration_refused 's/home = "\/root", uid/mode = "9", home = "\/root", uid/' 'cannot make `//:home`: mode: expected octal such as `0644`, found `9`'
    migration_refused "s/'\"12\"'/'a\\\\nb'/" 'cannot make `//:os_release`: content: the value of `VERSION_ID` has several lines'
    migration_refused 's/"gzip"/"xz"/' 'cannot make `//:flat`: compress: `xz`: layers cannot have this compression' 'hint: leave it out, or use `gzip` or `zstd`'
    migration_refused 's/package_name = /compression = "fast", package_name = /' 'cannot make `//:statusd`: compression: `fast`: unknown compression'
  }
}

# migration_refused SED TEXT...: checks that the BUILD file is refused after this change, with a message that contains
# TEXT.
migration_refused() {
  local said=$CI_SCRATCH/migration.said text
  cp "$DOWNSTREAM/BUILD.bazel" "$CI_SCRATCH/BUILD.good"
  sed -i "$1" "$DOWNSTREAM/BUILD.bazel"
  shift
  check "the change is refused" not migration_bazel build --nobuild //:all >"$said" 2>&1
  for text; do says "$said" "$text"; done
  cp "$CI_SCRATCH/BUILD.good" "$DOWNSTREAM/BUILD.bazel"
}

# facts_of MTREE END: prints mode and time of the entry whose name ends with END.
facts_of() { awk -v "end=$2" 'substr($1, length($1) - length(end) + 1) == end { print $3, $6 }' "$1"; }

migration_from_0_9() {
  migration_workspace v0_9
  lock_of_0_9 <"$CI_SCRATCH/migrated" >"$DOWNSTREAM/apt.lock.json"
  import_lock --lock apt.lock.json --output bookworm.yaml
  rm "$DOWNSTREAM/certificate.pem"
  migration_bazel build //...
  equal "a package with what it needs" 2 "$(migration_bazel cquery --output=files //:tars 2>/dev/null | wc -l)"
  equal "the mode that 0.9 gives a file" "-rw-r--r--" "$(tar -tvzf "$DOWNSTREAM/bazel-bin/os_release.tar.gz" usr/lib/os-release | cut -d ' ' -f 1)"
}

migration_from_oci_pull() {
  migration_workspace oci_pull
  echo '#!/bin/sh' >"$DOWNSTREAM/server"
  migration_bazel build //... @distroless_base
  equal "the image for arm64" base/debian12_nonroot_arm64.digest \
    "$(migration_bazel cquery --output=files --output_groups=digest @distroless_base_linux_arm64_v8 2>/dev/null | sed 's|.*/base/|base/|')"
  sed -i 's/base-debian12/bose-debian12/' "$DOWNSTREAM/MODULE.bazel"
  check "a name that is none" not migration_bazel build --nobuild //:app >"$CI_SCRATCH/migration.said" 2>&1
  # shellcheck disable=SC2016
  says "$CI_SCRATCH/migration.said" 'cannot use image `gcr.io/distroless/bose-debian12:nonroot`: there is no image `bose`'
}

migration_from_a_dockerfile() {
  migration_workspace dockerfile
  echo '#!/bin/sh' >"$DOWNSTREAM/server"
  migration_bazel build //...
  check "its entrypoint" grep -qF '"Entrypoint":["/app/server"]' "$DOWNSTREAM/bazel-bin/image.config.json"
  check "its user" grep -qF '"User":"65532"' "$DOWNSTREAM/bazel-bin/image.config.json"
  (cd "$DOWNSTREAM" && "$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/downstream.base" shutdown)
}
