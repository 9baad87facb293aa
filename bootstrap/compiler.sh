# shellcheck shell=bash
# A C compiler for machines without one: that of the machine's Debian suite, so that the programs that it links can run
# here.

# Includes the C++ library, because Bazel links every program with it.
readonly COMPILER_PACKAGES="gcc g++ binutils libc6-dev"

# The programs that Bazel's C toolchain and cargo need.
readonly COMPILER_PROGRAMS="gcc g++ cpp gcov ar as ld nm objcopy objdump ranlib strip"

# True if the machine's compiler can link a program as Bazel does.
machine_compiles() {
  [[ -n $(type -P cc) && -n $(type -P gcc) ]] && links_with gcc
}

# links_with COMPILER FLAG...
links_with() {
  local program=$CACHE/linked.$$ status=0
  "$@" -x c -o "$program" - -lstdc++ <<<'int main(void) { return 0; }' 2>/dev/null || status=$?
  rm -f "$program"
  return "$status"
}

compiler_folder() {
  printf '%s/compiler-%s\n' "$CACHE" "$(folder_key "$(own_suite)" "$(dpkg --print-architecture)" "$BAZELW_PARTS"/{compiler.sh,relocate.sh,relocate.pl,apt.sh})"
}

make_compiler() {
  local folder=$1 suite
  suite=$(own_suite)
  say "no C compiler here; taking Debian's in $folder (once, about 250 MB)"
  apt_state "$folder/apt" "$(suite_sources "$suite")" perl perl-base
  step "$folder" index apt_indexes "$folder/apt" "package index of $suite"
  # shellcheck disable=SC2086 # a list of packages
  step "$folder" fetch apt_fetch "$folder/apt" "C compiler" $COMPILER_PACKAGES
  step "$folder" unpack fresh_folder "$folder/debian" unpack_packages "$folder/apt/archives" "unpacking" "$folder/apt/log"
  step "$folder" relocate relocate_compiler "$folder/debian"
  offer_compiler "$folder"
  rm -rf "$folder/apt"
}

relocate_compiler() {
  local root=$1
  relocate_links "$root"
  # Before Debian 13, the compiler proper (cc1) is in the directory of its libraries; since then, it is below libexec.
  relocate_programs "$root" '' "$root"/usr/bin/* "$root"/usr/lib/gcc/*/*/* "$root"/usr/libexec/gcc/*/*/*
}

# Each program gets options with the directories of its files; by default it would use those of the machine.
offer_compiler() {
  local folder=$1 name root=$1/debian
  mkdir -p "$folder/bin"
  for name in $COMPILER_PROGRAMS; do
    case $name in
      gcc | g++ | cpp) printf '#!/bin/sh\nexec %q --sysroot=%q -B%q "$@"\n' "$root/usr/bin/$name" "$root" "$root/usr/bin/" ;;
      *) printf '#!/bin/sh\nexec %q "$@"\n' "$root/usr/bin/$name" ;;
    esac >"$folder/bin/$name"
    chmod +x "$folder/bin/$name"
  done
  ln -sfn gcc "$folder/bin/cc"
  ln -sfn g++ "$folder/bin/c++"
}
