# shellcheck shell=bash
# The preparation between choosing and running a Bazel. The results for a workspace are stored together with the state
# of the files and variables that they depend on; a start that finds them unchanged runs only one process.

for part in mirrors steps apt relocate private_root trust_store modules rust generator suites debian_rust compiler settings test_tools; do
  # shellcheck disable=SC1090 # the names above
  source "$BAZELW_PARTS/$part.sh"
done
unset part

# The variables that a stored start depends on.
readonly START_VARIABLES="MODE WORKSPACE BAZELW_TOP PATH HOME XDG_CACHE_HOME CC CARGO_HOME DISTROLESS_CARGO RUSTUP_HOME RUSTUP_TOOLCHAIN SSL_CERT_FILE
DEBIAN_MIRROR DEBIAN_SECURITY_MIRROR NPM_CONFIG_REGISTRY npm_config_registry NPM_CONFIG_USERCONFIG BAZELW_SUITE BAZELW_MODULE_FILES BAZELW_FIRST_REGISTRY BAZELW_APT_CONFIGURATION"

# Commands that load no packages and so need no generator.
readonly LIGHT_COMMANDS=" help version info shutdown clean dump license "

# Sets RC, PRIVATE_ROOT, RUST_SYSROOT, GENERATOR and REFERENCE_TOOLS, and makes the files that the command needs.
prepare_start() {
  local record facts command
  WORKSPACE=$(workspace_of "$PWD")
  facts=$(start_facts)
  record=$(start_record)
  command=$(bazel_command "$@")
  if ! recall_start "$record" "$facts"; then
    find_out_"$MODE"
    remember_start "$record" "$facts"
  fi
  lend_certificates
  if [[ -n $GENERATOR && ! -e $GENERATOR/.ok && $LIGHT_COMMANDS != *" $command "* ]]; then
    PATH=${COMPILER:+$COMPILER/bin:}$PATH made_folder "$GENERATOR" make_generator
  fi
  if reference_tools_wanted "$command"; then prepare_reference_tools "$REFERENCE_TOOLS"; fi
  if [[ $MODE == debian ]]; then mark_used "$PRIVATE_ROOT"; fi
}

# If the machine has no CA bundle, programs that Bazel runs (cargo, our tools) need one too.
lend_certificates() {
  if [[ -n $CA_BUNDLE && -z ${SSL_CERT_FILE:-} && -z $(machine_ca_bundle) ]]; then export SSL_CERT_FILE=$CA_BUNDLE CARGO_HTTP_CAINFO=$CA_BUNDLE; fi
}

# Prints the first word that is not an option: startup options are written with `=` here.
bazel_command() {
  local word
  for word; do
    if [[ $word != -* ]]; then
      printf '%s\n' "$word"
      return
    fi
  done
  echo help
}

start_facts() {
  local name
  for name in $START_VARIABLES; do printf '%s=%s;' "$name" "${!name-}"; done
  for name in rustc gcc cc npm; do printf '%s=%s;' "$name" "$(type -P "$name")"; done
}

start_record() {
  local name=${WORKSPACE//[!A-Za-z0-9]/_}
  if ((${#name} > 150)); then name=${name: -150}; fi
  printf '%s/starts/%s-%s\n' "$CACHE" "$MODE" "$name"
}

# recall_start RECORD FACTS: true if RECORD is valid for FACTS and for the current state of the files.
recall_start() {
  local START_FACTS='' START_STATE=''
  local -a START_FILES=()
  if [[ ! -r $1 ]]; then return 1; fi
  # shellcheck disable=SC1090 # written by remember_start
  source "$1"
  [[ $START_FACTS == "$2" && $START_STATE == "$(file_states "${START_FILES[@]}")" && -e $RC ]] &&
    [[ $MODE == system || -e $PRIVATE_ROOT/.ok ]] && [[ -z $RUST_SYSROOT || -x $RUST_SYSROOT/bin/rustc ]] && [[ -z $COMPILER || -e $COMPILER/.ok ]]
}

remember_start() {
  {
    printf 'START_FACTS=%q\nSTART_STATE=%q\n' "$2" "$(file_states "${START_FILES[@]}")"
    printf '%s=%q\n' RC "$RC" PRIVATE_ROOT "$PRIVATE_ROOT" RUST_SYSROOT "$RUST_SYSROOT" GENERATOR "$GENERATOR" \
      COMPILER "$COMPILER" CA_BUNDLE "$CA_BUNDLE" REFERENCE_TOOLS "$REFERENCE_TOOLS"
    printf 'START_FILES=('
    printf '%q ' "${START_FILES[@]}"
    printf ')\n'
  } | replaced_file "$1"
}

# Missing files are included, because they may be created later.
file_states() { stat -L -c '%n %.Y %.Z %s %i' -- "$@" 2>/dev/null || true; }

find_out_system() {
  PRIVATE_ROOT='' RUST_SYSROOT='' GENERATOR='' COMPILER='' CA_BUNDLE='' REFERENCE_TOOLS=$(reference_tools_directory)
  START_FILES=("$BAZELW_PARTS"/* "$TOOLS_PARTS"/* "$BAZELW_TOP/bazelw")
  add_apt_files
  add_npm_files
  RC=$(settings_file < <(common_settings))
}

find_out_debian() {
  local -a modules=()
  local registry rust='' used
  GENERATOR='' RUST_SYSROOT='' REFERENCE_TOOLS=$(reference_tools_directory)
  PRIVATE_ROOT=$(private_root_folder)
  if [[ ! -e $PRIVATE_ROOT/.ok ]]; then
    say "$WHY"
    if [[ $CACHE == *' '* ]]; then
      refuse "cannot use the cache folder \`$CACHE\`: Bazel does not work below a path with a space" "set XDG_CACHE_HOME to another folder"
    fi
    forget_old_folders 'bazel-*'
  fi
  made_folder "$PRIVATE_ROOT" make_private_root
  # shellcheck disable=SC2086 # a list of files
  mapfile -t modules < <(module_files "$WORKSPACE" ${BAZELW_MODULE_FILES:-})
  registry=$(registry_folder "$PRIVATE_ROOT" "${modules[@]}")
  used=$(module_calls -v root="$WORKSPACE/" /dev/null "${modules[@]}")
  find_compiler
  if [[ $used == *"bazel_dep rules_rust"* ]]; then
    find_rust
    rust=$(rust_repository "$RUST_SYSROOT")
  elif [[ $used == *"use_extension //rules:extensions.bzl tools"* ]] && ! tools_are_released; then
    find_rust
  fi
  if [[ $used == *"/crate_universe:"* ]]; then GENERATOR=$(generator_folder "$PRIVATE_ROOT"); fi
  CA_BUNDLE=$(ca_bundle "$PRIVATE_ROOT/debian")
  START_FILES=("$BAZELW_PARTS"/* "$TOOLS_PARTS"/* "$BAZELW_TOP/bazelw" "$WORKSPACE/MODULE.bazel" "${modules[@]}" "$CA_BUNDLE" "$BAZELW_TOP/tools/prebuilt.lock.json")
  add_rust_files
  add_apt_files
  add_npm_files
  RC=$(settings_file < <(
    private_bazel_settings "$PRIVATE_ROOT" "$(trust_store "$CA_BUNDLE")" "$registry"
    rust_settings "$rust"
    compiler_settings
    common_settings
  ))
}

find_rust() {
  local folder
  RUST_SYSROOT=$(rust_sysroot "${WORKSPACE:-/}")
  if [[ -z $RUST_SYSROOT ]]; then
    folder=$(debian_rust_folder)
    made_folder "$folder" make_debian_rust
    RUST_SYSROOT=$folder/debian/usr
  fi
}

# True if the lock of the tools has an archive for this machine, so that they are not compiled.
tools_are_released() { grep -qsF "\"linux_$(dpkg --print-architecture)\"" "$BAZELW_TOP/tools/prebuilt.lock.json"; }

# Sets COMPILER to the directory of Debian's compiler if the machine has no compiler.
find_compiler() {
  COMPILER=''
  if [[ -z ${CC:-} ]] && ! machine_compiles; then
    COMPILER=$(compiler_folder)
    made_folder "$COMPILER" make_compiler
  fi
}

add_rust_files() {
  START_FILES+=("${RUSTUP_HOME:-$HOME/.rustup}/settings.toml" "$WORKSPACE"/rust-toolchain{,.toml})
  if [[ -n $RUST_SYSROOT ]]; then START_FILES+=("$RUST_SYSROOT/bin/rustc"); fi
}

add_apt_files() {
  local folder=${BAZELW_APT_CONFIGURATION:-/etc/apt}
  START_FILES+=("$folder/sources.list" "$folder/sources.list.d" "$folder"/sources.list.d/*)
}

add_npm_files() {
  local file
  while read -r file; do START_FILES+=("$file"); done < <(npm_files)
}
