# shellcheck shell=bash
# The crate generator (cargo-bazel), which crate_universe uses to convert Cargo.lock to repositories. With the Central
# Registry, a prebuilt one is downloaded; here it is built once from the source in Debian's rules_rust package.

# Since 1.85, cargo writes its registry index to a directory with the second suffix; the generator's library reads the
# first.
readonly INDEX_ENDING_SOUGHT=6f17d22bba15001f

generator_folder() {
  local version
  version=$(grep '^bazel-rules-rust_' "$1/debian/packages.txt")
  printf '%s/generator-%s\n' "$CACHE" "$(folder_key "$version" "$(dpkg --print-architecture)" "$BAZELW_PARTS/generator.sh")"
}

# make_generator FOLDER: needs the private Bazel in PRIVATE_ROOT and the toolchain in RUST_SYSROOT.
make_generator() {
  local folder=$1
  say "building the crate generator in $folder (once, two minutes on two cores)"
  step "$folder" source fresh_folder "$folder/source" copy_generator_source "$PRIVATE_ROOT/debian"
  GENERATOR_TARGET=$folder/target
  watched "crate generator" compiled_crates "$folder/log" build_generator "$folder" || {
    show_log "$folder/log"
    refuse "cannot build the crate generator: see above" "the log is $folder/log; what was compiled is kept"
  }
  cp "$folder/target/debug/cargo-bazel" "$folder/cargo-bazel.program"
  link_registry_index "$folder/cargo"
  write_generator_command "$folder" | replaced_file "$folder/cargo-bazel"
  chmod +x "$folder/cargo-bazel"
  rm -rf "$folder/target" "$folder/source" "$folder/cargo/registry/src"
}

copy_generator_source() { cp -R "$2/usr/share/bazel/rules/rust/crate_universe/." "$1/"; }

# cargo writes a fingerprint for each crate that it will compile, and a dependency file when the crate is compiled.
compiled_crates() {
  local -a planned=("$GENERATOR_TARGET"/debug/.fingerprint/*) compiled=("$GENERATOR_TARGET"/debug/{deps,build/*}/*.d)
  printf '%d of %d crates' "${#compiled[@]}" "${#planned[@]}"
}

# Uses the user's cargo configuration (mirrors, credentials), but a separate index and separate downloads.
build_generator() {
  local folder=$1 home=${CARGO_HOME:-$HOME/.cargo} file
  mkdir -p "$folder/cargo"
  for file in config config.toml credentials credentials.toml; do
    if [[ -e $home/$file ]]; then ln -sfn "$home/$file" "$folder/cargo/$file"; fi
  done
  cd "$folder/source" || return
  env -u RUSTC -u RUSTC_WRAPPER -u RUSTFLAGS CARGO_HOME="$folder/cargo" CARGO_TARGET_DIR="$folder/target" CARGO_INCREMENTAL=0 \
    RUSTC="$RUST_SYSROOT/bin/rustc" "$RUST_SYSROOT/bin/cargo" build --locked --bin cargo-bazel \
    --config profile.dev.debug=false --config profile.dev.strip=true
}

link_registry_index() {
  local index
  for index in "$1"/registry/index/*; do
    if [[ -d $index && ! -L $index && ! -e ${index%-*}-$INDEX_ENDING_SOUGHT ]]; then
      ln -s "${index##*/}" "${index%-*}-$INDEX_ENDING_SOUGHT"
    fi
  done
}

# The script sets CARGO_HOME, because some callers clear the environment.
write_generator_command() {
  printf '#!/bin/sh\nexport CARGO_HOME=%q\nexec %q "$@"\n' "$1/cargo" "$1/cargo-bazel.program"
}
