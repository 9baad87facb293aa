# shellcheck shell=bash
# Makes unpacked Debian programs run where they lie: with the dynamic loader and the libraries that lie beside them.
# Every file is replaced whole, so that a step that was interrupted can simply be done again.

library_folder() { echo "$1"/usr/lib/*-linux-gnu*; }

dynamic_loader() { echo "$(library_folder "$1")"/ld-linux*.so.*; }

# relocate_programs ROOT EXTRA_LIBRARY_PATH PROGRAM...: files without a dynamic loader are left as they are.
relocate_programs() {
  local root=$1 libraries loader path program
  libraries=$(library_folder "$root")
  loader=$(dynamic_loader "$root")
  # RPATH, not RUNPATH: libraries that are loaded later, by name, have to be found through it too.
  path=$libraries${2:+:$2}
  shift 2
  for program; do
    if [[ -f $program && ! -L $program && $program != */patchelf ]] && patchelf_of "$root" --print-interpreter "$program" >/dev/null 2>&1; then
      cp -p "$program" "$program.relocated"
      patchelf_of "$root" --set-interpreter "$loader" --force-rpath --set-rpath "$path" "$program.relocated"
      mv -f "$program.relocated" "$program"
    fi
  done
}

patchelf_of() {
  local root=$1
  shift
  "$(dynamic_loader "$root")" --library-path "$(library_folder "$root")" "$root/usr/bin/patchelf" "$@"
}

# Absolute links, such as the JDK's configuration, come to point into ROOT.
relocate_links() {
  local root=$1 link target
  find "$root" -type l -lname '/*' -printf '%p\t%l\n' | while IFS=$'\t' read -r link target; do
    case $target in
      "$root"/*) ;;
      *) ln -sfn "$root$target" "$link" ;;
    esac
  done
}
