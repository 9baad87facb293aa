# shellcheck shell=bash
# Makes unpacked Debian programs run in their directory, with the dynamic loader and the libraries next to them.

library_folder() { echo "$1"/usr/lib/*-linux-gnu*; }

dynamic_loader() { echo "$(library_folder "$1")"/ld*.so.[0-9]; }

# relocate_programs ROOT EXTRA_LIBRARY_PATH FILE...: links and files that are not ELF are not changed.
relocate_programs() {
  local root=$1 path file
  local -a files=()
  path=$(library_folder "$root")${2:+:$2}
  for file in "${@:3}"; do
    if [[ -f $file && ! -L $file ]]; then files+=("$file"); fi
  done
  perl "$BAZELW_PARTS/relocate.pl" "$(dynamic_loader "$root")" "$path" "${files[@]}"
}

# Changes absolute links, such as the JDK's configuration, so that they point into ROOT.
relocate_links() {
  local root=$1 link target
  find "$root" -type l -lname '/*' -printf '%p\t%l\n' | while IFS=$'\t' read -r link target; do
    case $target in
      "$root"/*) ;;
      *) ln -sfn "$root$target" "$link" ;;
    esac
  done
}
