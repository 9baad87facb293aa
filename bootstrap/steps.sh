# shellcheck shell=bash
# Directories that are made once, step by step. A directory is used only if it contains `.ok`. A finished step has a
# stamp in `.steps`, so that the next start continues after an interruption.

# folder_key FILE_OR_TEXT...: prints 12 hexadecimal digits that depend on the content of the files and on the other
# words.
folder_key() {
  local item
  for item; do
    if [[ -f $item ]]; then cat "$item"; else printf '%s\n' "$item"; fi
  done | sha256sum | cut -c1-12
}

# made_folder FOLDER FUNCTION: makes FOLDER with FUNCTION if it does not exist, in only one process at a time. If a
# later start must try again, FUNCTION leaves `.unfinished` in it.
made_folder() {
  local lock
  if [[ -e $1/.ok ]]; then return 0; fi
  mkdir -p "$1/.steps" || refuse "cannot make the folder \`$1\`: see above" "set XDG_CACHE_HOME to a folder that can be written"
  exec {lock}>"$1.lock"
  if ! flock --nonblock "$lock"; then
    say "another start is making $1; waiting for it"
    flock "$lock"
  fi
  if [[ ! -e $1/.ok ]]; then
    "$2" "$1"
    if [[ ! -e $1/.unfinished ]]; then : >"$1/.ok"; fi
  fi
  exec {lock}>&-
}

# step FOLDER NAME COMMAND...: runs COMMAND, except if an earlier start has finished it.
step() {
  local stamp=$1/.steps/$2
  shift 2
  if [[ ! -e $stamp ]]; then
    "$@"
    : >"$stamp"
  fi
}

# fresh_folder FOLDER FUNCTION ARGS...: FUNCTION fills FOLDER.new, which then replaces FOLDER.
fresh_folder() {
  local folder=$1 function=$2
  shift 2
  rm -rf "$folder.new"
  mkdir -p "$folder.new"
  "$function" "$folder.new" "$@"
  rm -rf "$folder"
  mv "$folder.new" "$folder"
}

# replaced_file FILE: replaces FILE by standard input in one step.
replaced_file() {
  mkdir -p "${1%/*}"
  cat >"$1.$$"
  mv -f "$1.$$" "$1"
}

# forget_old_folders PATTERN: deletes made directories that were not used for two weeks (a changed recipe leaves the old
# one).
forget_old_folders() {
  local folder
  if [[ ! -d $CACHE ]]; then return 0; fi
  find "$CACHE" -maxdepth 1 -name "$1" -type d -mtime +14 | while read -r folder; do
    if [[ -z $(find "$folder/.used" -mtime -14 2>/dev/null) ]]; then
      say "removing $folder, not used for two weeks"
      rm -rf "$folder" "$folder.lock"
    fi
  done
}

mark_used() { : >"$1/.used"; }
