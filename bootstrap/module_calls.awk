# Reads MODULE.bazel files and prints the calls that the wrapper needs, one on each line:
#
#   bazel_dep NAME VERSION    local_path_override PATH    include LABEL    use_extension LABEL NAME
#
# With `-v root=FOLDER/`, development dependencies are only printed for files below FOLDER: Bazel ignores those of other
# modules. Supports comments, strings, and keyword and positional arguments; the wrapper needs no more of the language.

# The value of the keyword argument `name`, else the positional argument with the number `position`, else "".
function argument(text, name, position,    match_text) {
  if (match(text, "(^|[(, \t\n])" name "[ \t\n]*=[ \t\n]*\"[^\"]*\"")) {
    match_text = substr(text, RSTART, RLENGTH)
    sub(/^[^"]*"/, "", match_text)
    sub(/"$/, "", match_text)
    return match_text
  }
  while (position > 0 && match(text, /^[ \t\n,]*"[^"]*"/)) {
    match_text = substr(text, RSTART, RLENGTH)
    text = substr(text, RSTART + RLENGTH)
    gsub(/^[ \t\n,]*"|"$/, "", match_text)
    if (--position == 0) return match_text
  }
  return ""
}

# Whether Bazel ignores the call.
function ignored(text) {
  return root != "" && index(FILENAME, root) != 1 && text ~ /dev_dependency[ \t\n]*=[ \t\n]*True/
}

function report(call, text,    name) {
  if (ignored(text)) return
  if (call == "bazel_dep") {
    name = argument(text, "name", 1)
    if (name != "") print "bazel_dep", name, argument(text, "version", 0)
  } else if (call == "local_path_override") {
    print call, argument(text, "path", 0)
  } else if (call == "include") {
    print call, argument(text, "label", 1)
  } else if (call == "use_extension") {
    print call, argument(text, "extension_bzl_file", 1), argument(text, "extension_name", 2)
  }
}

# Removes the comment from a line; keeps a # in a string.
function without_comment(line,    i, c, quote, out) {
  if (index(line, "#") == 0) return line
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (quote == "" && c == "#") break
    if (quote == "" && (c == "\"" || c == "'")) quote = c
    else if (c == quote) quote = ""
    out = out c
  }
  return out
}

FNR == 1 { call = "" }

{
  line = without_comment($0)
  gsub(/'/, "\"", line)
  while (line != "") {
    if (call == "") {
      if (!match(line, /(^|[^A-Za-z0-9_.])(bazel_dep|local_path_override|include|use_extension)[ \t]*\(/)) break
      call = substr(line, RSTART, RLENGTH)
      gsub(/[^a-z_]/, "", call)
      line = substr(line, RSTART + RLENGTH)
      text = ""
    }
    end = index(line, ")")
    if (end == 0) { text = text line "\n"; break }
    report(call, text substr(line, 1, end - 1))
    call = ""
    line = substr(line, end + 1)
  }
}
