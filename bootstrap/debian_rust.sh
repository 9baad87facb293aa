# shellcheck shell=bash
# A Rust toolchain for machines without one: that of the newer Debian suite, which runs with that suite's C library.

readonly RUST_PACKAGES="rustc cargo rust-clippy rustfmt"

# The C compiler is the machine's, or ours from the machine's suite.
readonly RUST_SKIPPED="gcc cpp gcc-16 cpp-16 libc6-dev libc-dev binutils ca-certificates git"

debian_rust_folder() {
  printf '%s/rust-debian-%s\n' "$CACHE" \
    "$(folder_key "$(newer_suite)" "$(dpkg --print-architecture)" "$BAZELW_PARTS"/{debian_rust.sh,relocate.sh,relocate.pl,apt.sh})"
}

make_debian_rust() {
  local folder=$1 suite
  suite=$(newer_suite)
  say "no complete Rust toolchain of version $OLDEST_RUST or newer here; taking Debian's in $folder (once, about 500 MB)"
  # shellcheck disable=SC2086 # lists of packages
  apt_state "$folder/apt" "$(suite_sources "$suite")" $RUST_SKIPPED
  step "$folder" index apt_indexes "$folder/apt" "package index of $suite"
  # shellcheck disable=SC2086
  step "$folder" fetch apt_fetch "$folder/apt" "Rust toolchain" $RUST_PACKAGES
  step "$folder" unpack fresh_folder "$folder/debian" unpack_packages "$folder/apt/archives" "unpacking" "$folder/apt/log"
  step "$folder" relocate relocate_rust "$folder/debian"
  if [[ -z $(sysroot_when_usable "$folder/debian/usr") ]]; then
    refuse "cannot use the Rust toolchain of $suite: incomplete, or older than $OLDEST_RUST" "install one with rustup"
  fi
  rm -rf "$folder/apt"
}

relocate_rust() {
  relocate_links "$1"
  relocate_programs "$1" '' "$1"/usr/bin/* "$1"/usr/lib/*-linux-gnu*/*.so* "$1"/usr/lib/cargo/bin/* "$1"/usr/lib/rustlib/*/bin/*
}
