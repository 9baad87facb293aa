# shellcheck shell=bash disable=SC2317,SC2016
# Programs that are changed to run with another dynamic loader and other libraries.

# A root directory with the machine's loader and C library at an unusual path.
odd_root() {
  # shellcheck source=bootstrap/relocate.sh
  source "$BAZELW_PARTS/relocate.sh"
  ROOT=$FOLDER/root
  local library loader
  loader=$(ldd /bin/bash | sed -nE 's#^[[:space:]]*(/[^ ]*/ld[^ ]*) .*#\1#p')
  mkdir -p "$ROOT/usr/lib/odd-linux-gnu" "$ROOT/bin"
  cp -L "$loader" "$ROOT/usr/lib/odd-linux-gnu/"
  while read -r library; do cp -L "$library" "$ROOT/usr/lib/odd-linux-gnu/"; done < <(ldd /bin/bash | sed -nE 's#.* => (/[^ ]*) .*#\1#p')
}

test_a_program_runs_with_the_roots_libraries() {
  odd_root
  cp /bin/bash "$ROOT/bin/bash"
  chmod 755 "$ROOT/bin/bash"
  relocate_programs "$ROOT" '' "$ROOT/bin/bash"
  "$ROOT/bin/bash" -c 'echo "$(</proc/$$/maps)"' >maps
  expect_in "$ROOT/usr/lib/odd-linux-gnu/libc.so.6" maps
  expect 755 "$(stat -c %a "$ROOT/bin/bash")"
  if grep -E ' /(usr/)?lib/.*/libc\.so' maps; then fail "it uses the machine's library"; fi
}

test_doing_it_again_changes_nothing() {
  odd_root
  cp /bin/bash "$ROOT/bin/bash"
  relocate_programs "$ROOT" '' "$ROOT/bin/bash"
  local first
  first=$(sha256sum <"$ROOT/bin/bash")
  relocate_programs "$ROOT" '' "$ROOT/bin/bash"
  expect "$first" "$(sha256sum <"$ROOT/bin/bash")"
}

test_other_files_are_left_alone() {
  odd_root
  printf '#!/bin/sh\n' >"$ROOT/bin/script"
  printf '\177ELF' >"$ROOT/bin/stub"
  : >"$ROOT/bin/empty"
  ln -s script "$ROOT/bin/link"
  cp "$ROOT"/usr/lib/odd-linux-gnu/libc.so.6 "$ROOT/bin/library"
  local before
  before=$(cat "$ROOT"/bin/* | sha256sum)
  relocate_programs "$ROOT" '' "$ROOT"/bin/{script,stub,empty,link}
  expect "$before" "$(cat "$ROOT"/bin/* | sha256sum)"
}

test_absolute_links_come_to_point_into_the_root() {
  odd_root
  ln -s /etc/thing "$ROOT/absolute"
  ln -s ../relative "$ROOT/relative"
  relocate_links "$ROOT"
  relocate_links "$ROOT"
  expect "$ROOT/etc/thing ../relative" "$(readlink "$ROOT/absolute") $(readlink "$ROOT/relative")"
}

# A RUNPATH of a library disables the RPATH of its program for the dependencies of the library.
test_a_librarys_runpath_becomes_an_rpath() {
  if [[ -z $(type -P gcc) || -z $(type -P readelf) ]]; then
    note "not tried: no gcc or readelf here"
    return
  fi
  odd_root
  gcc -shared -x c -o library.so - -Wl,--enable-new-dtags,-rpath,/somewhere <<<'int f(void) { return 0; }'
  readelf --dynamic library.so | grep RUNPATH
  relocate_programs "$ROOT" '' "$FOLDER/library.so"
  readelf --dynamic library.so >dynamic
  expect_in "Library rpath: [/somewhere]" dynamic
  expect_not_in RUNPATH dynamic
}

test_a_program_that_is_not_position_independent() {
  if [[ -z $(type -P gcc) ]]; then
    note "not tried: no gcc here"
    return
  fi
  odd_root
  gcc -no-pie -x c -o "$ROOT/bin/program" - <<<'#include <stdio.h>
static char zeros[100000];
int main(int n, char **v) { zeros[n] = 1; FILE *maps = fopen("/proc/self/maps", "r"); char line[500]; while (fgets(line, 500, maps)) fputs(line, stdout); return 0; }'
  relocate_programs "$ROOT" '' "$ROOT/bin/program"
  "$ROOT/bin/program" >maps
  expect_in "$ROOT/usr/lib/odd-linux-gnu/libc.so.6" maps
}
