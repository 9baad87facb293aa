# shellcheck shell=bash
# A runtime of a user, from a release archive: it is available, changed, or unavailable. The workspace is that of
# packages.sh.

# runtime_lock SHA256 FILE-SHA256: writes the lock of `tool` 1.0, whose archive is below $CI_SCRATCH/releases.
runtime_lock() {
  cat >"$CI_SCRATCH/user/tool.lock.json" <<LOCK
{
  "address": "file://$CI_SCRATCH/releases",
  "archives": {"1.0": {"amd64": {"filename": "v1.0/tool.tar.gz", "files": {"bin/tool": "$2"}, "sha256": "$1"}}},
  "files": {"bin/tool": "/tool/bin/tool"},
  "homepage": "https://tool.example",
  "license": "MIT",
  "name": "tool",
  "supplier": "Organization: Tool",
  "version": 1
}
LOCK
}

# release TEXT: makes an archive with a program file that contains TEXT.
release() {
  local release=$CI_SCRATCH/releases/v1.0
  rm -rf "$release" && mkdir -p "$release/tool-1.0/bin"
  echo "$1" >"$release/tool-1.0/bin/tool"
  tar -czf "$release/tool.tar.gz" -C "$release" tool-1.0
}

make_runtime_workspace() {
  make_user_workspace
  release one
  runtime_lock "$(sha256_of "$CI_SCRATCH/releases/v1.0/tool.tar.gz")" "$(sha256_of "$CI_SCRATCH/releases/v1.0/tool-1.0/bin/tool")"
  cat >>"$CI_SCRATCH/user/MODULE.bazel" <<'MODULE'
runtimes = use_extension("@distroless//rules:extensions.bzl", "runtimes")
runtimes.install(name = "tool", lock = "//:tool.lock.json")
use_repo(runtimes, "tool")
MODULE
}

# Options that disable caches, so that each build fetches the archive again.
FETCH_ANEW=(--repository_cache= --repo_env=DISTROLESS_RUNTIMES_MAY_LACK=)

runtime_of_a_user() {
  local archive=$CI_SCRATCH/releases/v1.0/tool.tar.gz
  make_runtime_workspace
  user_build "${FETCH_ANEW[@]}" @tool//1.0/amd64:archive
  equal "the archive" "$(sha256_of "$archive")" "$(sha256_of "$(echo "$CI_SCRATCH/user.base/external"/*tool_1.0_amd64/tool.tar.gz)")"

  # Somebody replaced the archive of the release.
  release two
  # shellcheck disable=SC2016
  user_refused 'cannot fetch `tool.tar.gz` (tool 1.0, amd64): no source has it as the lock says' "${FETCH_ANEW[@]}" "--repo_env=TOOL_MIRROR=file:///nowhere" @tool//1.0/amd64:archive
  says "$CI_SCRATCH/user.said" "  file:///nowhere/v1.0/tool.tar.gz: no answer"
  says "$CI_SCRATCH/user.said" "a file with SHA-256 $(sha256_of "$archive")"
  says "$CI_SCRATCH/user.said" "hint: a release does not change: find out what was replaced before you lock it anew"
  # A replaced archive does not count as unavailable.
  user_refused "a file of another checksum" --repository_cache= --repo_env=DISTROLESS_RUNTIMES_MAY_LACK=1 @tool//1.0/amd64:archive

  rm "$archive"
  # shellcheck disable=SC2016
  user_refused 'cannot fetch `tool.tar.gz` (tool 1.0, amd64): no source has it as the lock says' "${FETCH_ANEW[@]}" "--repo_env=TOOL_MIRROR=" @tool//1.0/amd64:archive
  says "$CI_SCRATCH/user.said" "$CI_SCRATCH/releases/v1.0/tool.tar.gz: no answer"
  # shellcheck disable=SC2016
  says "$CI_SCRATCH/user.said" 'hint: set TOOL_MIRROR to the URL of a mirror, the directory that has `v1.0/tool.tar.gz`'
  user_refused "no_reachable_source_has_tool.tar.gz" --repository_cache= --repo_env=DISTROLESS_RUNTIMES_MAY_LACK=1 @tool//1.0/amd64:archive
  user_bazel shutdown
}
