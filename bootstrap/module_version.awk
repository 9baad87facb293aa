# Sets the version in a MODULE.bazel to `version`, and removes its compatibility attributes.
/^module\(/ { inside = 1 }
inside {
  if ($0 ~ /compatibility/ && $0 !~ /^module\(/) next
  gsub(/compatibility_level *= *[0-9]+,?|bazel_compatibility *= *\[[^]]*\],?/, "")
  gsub(/version *= *"[^"]*",?/, "")
  if (!named && sub(/name *= *"[^"]*"/, "&, version = \"" version "\"")) named = 1
  if ($0 ~ /\)/) inside = 0
}
{ print }
