# shellcheck shell=bash
# The machine's Rust toolchain as the repository that rules_rust would otherwise download.

# The minimum version of tools/Cargo.toml (`rust-version`).
readonly OLDEST_RUST=1.88

# rust_sysroot WORKSPACE: prints the sysroot of the machine's toolchain for WORKSPACE; nothing if it cannot be used.
rust_sysroot() {
  local sysroot
  sysroot=$(cd "$1" && rustc --print sysroot 2>/dev/null) || return 0
  sysroot_when_usable "$sysroot"
}

# Prints the sysroot if its toolchain is complete and new enough.
sysroot_when_usable() {
  local sysroot=$1 version tool
  version=$("$sysroot/bin/rustc" --version 2>/dev/null | sed -nE 's/^rustc ([0-9.]+).*/\1/p') || return 0
  if [[ -z $version ]] || ! version_reaches "$version" "$OLDEST_RUST"; then return 0; fi
  for tool in cargo rustdoc rustfmt clippy-driver cargo-clippy; do
    if [[ ! -x $sysroot/bin/$tool ]]; then return 0; fi
  done
  readlink -f "$sysroot"
}

# rust_repository SYSROOT: makes the repository if it does not exist, and prints its path.
rust_repository() {
  local sysroot=$1 version repository
  version=$("$sysroot/bin/rustc" --version --verbose)
  repository=$CACHE/rust-$(folder_key "$sysroot" "$version" "$BAZELW_PARTS"/rust{.sh,_toolchain.BUILD})
  if [[ ! -d $repository ]]; then
    rm -rf "$repository.$$"
    write_rust_repository "$repository.$$" "$sysroot" "$(sed -n 's/^host: //p' <<<"$version")"
    mv -T "$repository.$$" "$repository" 2>/dev/null || rm -rf "$repository.$$"
  fi
  printf '%s\n' "$repository"
}

write_rust_repository() {
  local repository=$1 sysroot=$2 triple=$3
  mkdir -p "$repository"
  : >"$repository/REPO.bazel"
  ln -s "$sysroot/bin" "$repository/bin"
  ln -s "$sysroot/lib" "$repository/lib"
  sed "s/@TRIPLE@/$triple/g; s/@CPU@/${triple%%-*}/g" "$BAZELW_PARTS/rust_toolchain.BUILD" >"$repository/BUILD.bazel"
}
