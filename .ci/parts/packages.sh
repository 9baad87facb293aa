# shellcheck shell=bash
# The packages that a build fetches, and their sources, in this workspace and in the workspace of a user.

# hub_repositories BASE HUB: prints the package repositories of a hub in an output base.
hub_repositories() { (cd "$1/external" && ls) | sed -nE "s/^[^@].*[~+]$2_([^_]+_[^_]+)\$/\1/p" | sort; }

only_needed_packages_are_fetched() {
  local base=$CI_SCRATCH/fetch.base
  bazel "--output_base=$base" build "${QUIET[@]}" --nobuild //static:debian12
  equal "packages" "base-files ca-certificates media-types netbase tzdata" \
    "$(hub_repositories "$base" distroless_debian12 | sed 's/_.*//' | sort -u | xargs)"
  equal "packages of Debian 13" "" "$(hub_repositories "$base" distroless_debian13 | xargs)"
  note "$(hub_repositories "$base" distroless_debian12 | wc -l) files for five architectures"
  bazel "--output_base=$base" shutdown
}

# The workspace of a user in $CI_SCRATCH/user has hubs, and uses a module `lib` with another hub.

user_bazel() { (cd "$CI_SCRATCH/user" && "$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/user.base" "$@"); }

user_build() { user_bazel build "${QUIET[@]}" --lockfile_mode=off "$@"; }

# user_refused TEXT OPTION...: checks that a build fails and prints TEXT.
user_refused() {
  local text=$1 said=$CI_SCRATCH/user.said
  shift
  check "the build fails" not user_build "$@" >"$said" 2>&1
  says "$said" "$text"
}

sha256_of() { sha256sum "$1" | cut -d' ' -f1; }

# user_lock FILE SOURCE ENTRIES: writes a lock with one source `private/`.
user_lock() {
  printf '{"architectures": ["amd64", "arm64"], "distro": "user", "snapshot": "2026-11-21T02:34:56Z", "version": 1, "sources": {"private/": {%s}}, "packages": {%s}}\n' "$2" "$3" >"$1"
}

# from_source NAME FILE [PATH]: prints the entry of a package from that source.
from_source() {
  printf '"%s": {"all": {"depends": [], "reason": "requested", "version": "1", "source": "s", "source_version": "1", "size": 1, "suite": "private/", "filename": "%s", "sha256": "%s"}}' \
    "$1" "${3:-$(basename "$2")}" "$(sha256_of "$2")"
}

# by_url NAME FILE ARCHITECTURE: prints the entry of a package with a URL.
by_url() {
  printf '"%s": {"%s": {"depends": [], "reason": "requested", "version": "1:2", "urls": ["file:///nowhere/a.deb", "file://%s"], "sha256": "%s"}}' \
    "$1" "$3" "$2" "$(sha256_of "$2")"
}

make_user_workspace() {
  local user=$CI_SCRATCH/user
  rm -rf "$user"
  mkdir -p "$user/third_party/debs" "$user/lib/debs" "$CI_SCRATCH/archive/pool"
  echo one >"$user/third_party/debs/one_1%3a1 all.deb"
  echo two >"$CI_SCRATCH/archive/pool/two.deb"
  echo three >"$CI_SCRATCH/archive/three"
  echo another one >"$user/lib/debs/one.deb"
  user_lock "$user/first.lock.json" '"folder": "third_party/debs"' \
    "$(from_source one "$user/third_party/debs/one_1%3a1 all.deb"), $(by_url three "$CI_SCRATCH/archive/three" arm64)"
  user_lock "$user/second.lock.json" "\"url\": \"file://$CI_SCRATCH/archive\"" \
    "$(from_source two "$CI_SCRATCH/archive/pool/two.deb" pool/two.deb), $(by_url one "$CI_SCRATCH/archive/pool/two.deb" amd64)"
  user_lock "$user/lib/lib.lock.json" '"folder": "debs"' "$(from_source one "$user/lib/debs/one.deb")"
  printf '#!/bin/sh\n' >"$user/tool"
  chmod +x "$user/tool"
  cat >"$user/BUILD.bazel" <<'BUILD'
load("@distroless//rules:toolchains.bzl", "distroless_toolchain")

exports_files(["tool"])

# The tools are plain files, so that none is compiled. No action of this test runs them.
distroless_toolchain(
    name = "tools",
    deb_extractor = "tool",
    image_inspector = "tool",
    image_test = "tool",
    index_writer = "tool",
    layer_assembler = "tool",
)

toolchain(name = "distroless_tools", toolchain = ":tools", toolchain_type = "@distroless//rules:toolchain_type")

[
    platform(
        name = name,
        constraint_values = ["@platforms//os:linux", "@platforms//cpu:" + cpu],
    )
    for name, cpu in {"amd64": "x86_64", "arm64": "aarch64", "s390x": "s390x"}.items()
]
BUILD
  cat >"$user/MODULE.bazel" <<MODULE
module(name = "user")
bazel_dep(name = "platforms", version = "1.0.0")
bazel_dep(name = "distroless", version = "0.1.0")
local_path_override(module_name = "distroless", path = "$WORKSPACE")
bazel_dep(name = "lib")
local_path_override(module_name = "lib", path = "lib")
debian = use_extension("@distroless//rules:extensions.bzl", "debian")
debian.install(name = "first", lock = "//:first.lock.json", manifest = "//:first.yaml")
debian.install(name = "second", lock = "//:second.lock.json")
debian.install(name = "later", lock = "//:locks_later.json", manifest = "//:later.yaml")
use_repo(debian, "first", "later", "second")
register_toolchains("//:distroless_tools")
tools = use_extension("@distroless//rules:extensions.bzl", "tools")
tools.command(name = "debian_lock", target = "//:tool")
MODULE
  echo 'alias(name = "one", actual = "@lib_debs//one:deb", visibility = ["//visibility:public"])' >"$user/lib/BUILD.bazel"
  cat >"$user/lib/MODULE.bazel" <<'MODULE'
module(name = "lib")
bazel_dep(name = "distroless", version = "0.1.0")
debian = use_extension("@distroless//rules:extensions.bzl", "debian")
debian.install(name = "lib_debs", lock = "//:lib.lock.json", manifest = "//:lib.yaml")
use_repo(debian, "lib_debs")
MODULE
}

# content LABEL: prints the single file of a target.
content() {
  user_build "$1" >"$CI_SCRATCH/user.said" 2>&1 || { cat "$CI_SCRATCH/user.said"; return 1; }
  cat "$CI_SCRATCH/user.base/$(user_bazel cquery "${QUIET[@]}" --lockfile_mode=off --output=files "$1" 2>/dev/null)"
}

# all_packages CPU: prints the files of `@first//:packages`.
all_packages() {
  user_bazel cquery "${QUIET[@]}" --lockfile_mode=off --output=files "--platforms=//:$1" @first//:packages 2>/dev/null |
    sed 's/.*[~+]first_//' | xargs
}

hubs_of_a_user() {
  make_user_workspace
  equal "out of a folder" one "$(content @first//one:deb)"
  equal "by its address" three "$(content @first//three/arm64:deb)"
  equal "of a source with an address" two "$(content @second//two:deb)"
  equal "the same name in another hub" two "$(content @second//one:deb)"
  equal "in the hub of another module" "another one" "$(content @lib//:one)"
  # shellcheck disable=SC2016
  user_refused 'package `three` is not locked for the target platform; it is locked for arm64' --nobuild --platforms=//:amd64 @first//three:data
  equal "all of a hub for amd64" "one_all/data.tar.gz" "$(all_packages amd64)"
  equal "tools that were compiled" "" "$(find "$CI_SCRATCH/user.base/external" -maxdepth 1 -name '*tools_from_source*')"
  equal "all of a hub for arm64" "one_all/data.tar.gz three_arm64/data.tar.gz" "$(all_packages arm64)"
  # shellcheck disable=SC2016
  user_refused 'hub `@first` is not locked for the target platform; it is locked for amd64, arm64' --nobuild --platforms=//:s390x @first//:packages
  user_bazel shutdown
}

a_changed_file_of_a_folder() {
  local file="$CI_SCRATCH/user/third_party/debs/one_1%3a1 all.deb"
  make_user_workspace
  equal "at first" one "$(content @first//one:deb)"
  echo changed >"$file"
  # shellcheck disable=SC2016
  user_refused "cannot use package \`one\` 1 (all): \`third_party/debs/one_1%3a1 all.deb\` next to the lock has SHA-256 $(sha256_of "$file"); expected" @first//one:deb
  rm "$file"
  user_refused "cannot use package \`one\` 1 (all): there is no file \`third_party/debs/one_1%3a1 all.deb\` next to the lock" @first//one:deb
  echo one >"$file"
  equal "when it is there again" one "$(content @first//one:deb)"
  user_bazel shutdown
}

sources_of_a_user() {
  make_user_workspace
  rm "$CI_SCRATCH/archive/pool/two.deb"
  user_refused "hint: set PRIVATE__MIRROR to the address of a mirror" --repository_cache= --repo_env=PRIVATE__MIRROR=file:///nowhere @second//two:deb
  equal "the order of addresses" "file:///nowhere/pool/two.deb file://$CI_SCRATCH/archive/pool/two.deb" \
    "$(sed -n 's/^  \(file:[^ ]*\)$/\1/p' "$CI_SCRATCH/user.said" | head -n 2 | xargs)"
  mkdir -p "$CI_SCRATCH/mirror/pool"
  echo two >"$CI_SCRATCH/mirror/pool/two.deb"
  user_build --repository_cache= "--repo_env=PRIVATE__MIRROR=file://$CI_SCRATCH/mirror" @second//two:deb
  # shellcheck disable=SC2016
  sed -i 's|"url": "[^"]*"|"url": "ftp://user:secret@a.example"|' "$CI_SCRATCH/user/second.lock.json"
  # shellcheck disable=SC2016
  user_refused '$.sources.private/.url: expected a URL `https://…`, `http://…` or `file:///…`, found "ftp://a.example"' --nobuild @second//two:deb
  user_bazel shutdown
}

lock_of_a_user() {
  make_user_workspace
  # shellcheck disable=SC2016
  user_refused 'cannot lock `@second`: its debian.install() has no `manifest`' --nobuild @second//:lock
  # shellcheck disable=SC2016
  says "$CI_SCRATCH/user.said" 'write it with `bazel run @later//:lock`'
  user_build --nobuild @first//:lock @later//:lock
  equal "its arguments" 'args = ["update", "first.yaml"],' "$(lock_arguments first)"
  equal "its arguments" 'args = ["update", "later.yaml", "--lock", "locks_later.json"],' "$(lock_arguments later)"
  cp "$CI_SCRATCH/user/second.lock.json" "$CI_SCRATCH/user/locks_later.json"
  equal "once there is a lock" two "$(content @later//two:deb)"
  user_bazel shutdown
}

lock_arguments() { user_bazel query "${QUIET[@]}" --lockfile_mode=off --output=build "@$1//:lock" 2>/dev/null | sed -n 's/^ *args/args/p'; }
