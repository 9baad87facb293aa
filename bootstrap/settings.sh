# shellcheck shell=bash
# Bazel's settings: prints lines of a .bazelrc to standard output. Names that are only valid for Debian's Bazel (with
# `~`) are here, so that the project does not contain them.

# private_bazel_settings FOLDER TRUST_STORE REGISTRY: the settings for any workspace.
private_bazel_settings() {
  cat <<END
startup "--install_base=$1/debian/usr/share/bazel"
startup --trust_install_base
startup "--server_javabase=$(java_home "$1/debian")"
startup "--host_jvm_args=-Djavax.net.ssl.trustStore=$2"
END
  if [[ -n ${BAZELW_FIRST_REGISTRY:-} ]]; then printf 'common "--registry=%s"\n' "$BAZELW_FIRST_REGISTRY"; fi
  cat <<END
common "--registry=file://$3"
common --lockfile_mode=off
common --check_direct_dependencies=off
common --check_bazel_compatibility=off
common --noenable_workspace
END
  # This Bazel may run without internet access: runtime archives without an available source are left out
  # (docs/reference/formats/runtime_lock.md).
  printf 'common --repo_env=DISTROLESS_RUNTIMES_MAY_LACK=1\n'
}

rust_settings() {
  if [[ -n $1 ]]; then
    printf 'common "--override_repository=rules_rust~~rust~rust_toolchains=%s"\n' "$1"
    printf 'common "--override_repository=rules_rust~~rust_host_tools~rust_host_tools=%s"\n' "$1"
  fi
  # Without rules for Rust, cargo compiles the tools (rules/private/extensions/cargo_tools.bzl).
  if [[ -n $RUST_SYSROOT && -z ${DISTROLESS_CARGO:-} ]]; then
    printf 'common "--repo_env=DISTROLESS_CARGO=%s/bin/cargo"\n' "$RUST_SYSROOT"
  fi
  if [[ -n $GENERATOR ]]; then
    printf 'common "--repo_env=CARGO_BAZEL_GENERATOR_URL=file://%s/cargo-bazel"\n' "$GENERATOR"
  fi
}

compiler_settings() {
  if [[ -n $COMPILER ]]; then
    printf 'common "--repo_env=CC=%s/bin/gcc"\n' "$COMPILER"
    printf 'common "--repo_env=PATH=%s/bin:%s"\n' "$COMPILER" "$PATH"
  fi
  # Bazel would choose the gold linker, for which rustc prints a warning for every program.
  if [[ -n $COMPILER ]] || links_with "${CC:-gcc}" -fuse-ld=bfd; then
    printf 'build --linkopt=-fuse-ld=bfd --host_linkopt=-fuse-ld=bfd --nostart_end_lib\n'
  fi
}

# Settings for every Bazel: the mirrors for repository rules, the external programs for tests.
common_settings() {
  mirror_settings
  npm_settings
  printf 'build "--test_env=DISTROLESS_REFERENCE_TOOLS=%s"\n' "$REFERENCE_TOOLS"
  # A sandbox has a private /tmp.
  if [[ $CACHE == /tmp/* ]]; then printf 'build "--sandbox_add_mount_pair=%s"\n' "$CACHE"; fi
}

mirror_settings() {
  local archive variable addresses
  for archive in debian debian-security; do
    addresses=$(mirror_of "$archive")
    variable=${archive^^}_MIRROR
    if [[ -n $addresses ]]; then printf 'common "--repo_env=%s=%s"\n' "${variable//-/_}" "$addresses"; fi
  done
}

npm_settings() {
  local registry
  registry=$(npm_registry)
  if [[ -n $registry ]]; then printf 'common "--repo_env=NPM_CONFIG_REGISTRY=%s"\n' "$registry"; fi
}

# Writes the settings on standard input to a file whose name depends on its content; prints its path.
settings_file() {
  local text file
  text=$(cat)
  file=$CACHE/settings/$(folder_key "$text").bazelrc
  if [[ ! -e $file ]]; then printf '%s\n' "$text" | replaced_file "$file"; fi
  printf '%s\n' "$file"
}
