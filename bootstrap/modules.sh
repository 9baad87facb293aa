# shellcheck shell=bash
# The local module registry that replaces the Central Registry: every referenced module and version resolves to Debian's
# copy of that module, or to an empty module if Debian does not have it.

# workspace_of FOLDER: prints the workspace that Bazel uses if it is started in FOLDER; nothing if there is none.
workspace_of() {
  local folder=$1
  while [[ -n $folder ]]; do
    if [[ -e $folder/MODULE.bazel || -e $folder/REPO.bazel || -e $folder/WORKSPACE.bazel || -e $folder/WORKSPACE ]]; then
      printf '%s\n' "$folder"
      return
    fi
    folder=${folder%/*}
  done
}

module_calls() { awk -f "$BAZELW_PARTS/module_calls.awk" "$@"; }

# module_files WORKSPACE [FILE]...: prints its MODULE.bazel, the files that it includes, those of modules with a
# local_path_override, and the additional FILEs.
module_files() {
  local -A seen=()
  local -a owners=() files=()
  local i file owner call value
  for file in "$1/MODULE.bazel" "${@:2}"; do
    owners+=("${file%/*}")
    files+=("$file")
  done
  for ((i = 0; i < ${#files[@]}; i++)); do
    file=${files[i]} owner=${owners[i]}
    if [[ ! -r $file || -n ${seen[$file]:-} ]]; then continue; fi
    seen[$file]=yes
    printf '%s\n' "$file"
    while read -r call value; do
      case $call in
        include)
          value=${value#//}
          owners+=("$owner")
          files+=("$owner/${value/:/\/}")
          ;;
        local_path_override)
          value=$(cd "$owner" && cd "$value" 2>/dev/null && pwd -P) || continue
          owners+=("$value")
          files+=("$value/MODULE.bazel")
          ;;
      esac
    done < <(module_calls "$file")
  done
}

# registry_folder FOLDER MODULE_FILE...: makes the registry for these files in the directory of the private Bazel,
# FOLDER.
registry_folder() {
  local folder=$1 registry
  shift
  registry=$folder/registry/$(folder_key "$@" "$BAZELW_PARTS"/{modules.sh,module_calls.awk,module_version.awk})
  if [[ ! -d $registry ]]; then
    rm -rf "$registry.$$"
    write_registry "$folder" "$registry.$$" "$@"
    mv -T "$registry.$$" "$registry" 2>/dev/null || rm -rf "$registry.$$" # another start was quicker
  fi
  printf '%s\n' "$registry"
}

write_registry() {
  local folder=$1 registry=$2 bazel=$1/debian/usr/share/bazel name version source
  shift 2
  local -A sources=()
  while IFS=$'\t' read -r name source; do sources[$name]=$source; done < <(debian_modules "$bazel")
  mkdir -p "$registry/modules"
  echo '{}' >"$registry/bazel_registry.json"
  while read -r name version; do
    source=${sources[$name]:-$folder/stubs/$name}
    if [[ ! -e $source/MODULE.bazel ]]; then write_empty_module "$source" "$name"; fi
    write_registry_entry "$registry/modules/$name/$version" "$source" "$version"
  done < <(named_modules "$bazel" "$@")
}

# Prints NAME<tab>FOLDER of every module in Debian's packages.
debian_modules() {
  local file
  for file in "$1"/{tools,rules}/*/MODULE.bazel; do
    awk -v folder="${file%/*}" '
      /^module\(/ { inside = 1 }
      inside && match($0, /name *= *"[^"]*"/) {
        name = substr($0, RSTART, RLENGTH); gsub(/.*= *"|"$/, "", name); print name "\t" folder; exit
      }' "$file"
  done
}

# Prints NAME VERSION of every dependency in the module files, and of the one that Bazel itself needs.
named_modules() {
  local bazel=$1
  shift
  {
    module_calls "$bazel"/embedded_tools/MODULE.bazel "$bazel"/{tools,rules}/*/MODULE.bazel "$@" |
      awk '$1 == "bazel_dep" && NF == 3 { print $2, $3 }'
    echo platforms 0.0.7
  } | sort -u
}

write_empty_module() {
  mkdir -p "$1"
  : >"$1/BUILD.bazel"
  printf 'module(name = "%s")\n' "$2" | replaced_file "$1/MODULE.bazel"
}

write_registry_entry() {
  mkdir -p "$1"
  awk -v version="$3" -f "$BAZELW_PARTS/module_version.awk" "$2/MODULE.bazel" >"$1/MODULE.bazel"
  printf '{"type": "local_path", "path": "%s"}\n' "$2" >"$1/source.json"
}
