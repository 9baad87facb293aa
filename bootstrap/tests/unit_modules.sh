# shellcheck shell=bash disable=SC2317,SC2153
# Parsing MODULE.bazel files, and the registry made from them.

with_modules() {
  # shellcheck source=bootstrap/modules.sh
  source "$BAZELW_PARTS/modules.sh"
}

test_calls_are_read() {
  with_modules
  cat >MODULE.bazel <<'END'
"""A module. bazel_dep("not", "this")"""
module(name = "toy")  # bazel_dep(name = "nor", version = "this")
bazel_dep(name = "a", version = "1.0")
bazel_dep(
    # a comment, with ) in it
    name = "b",
    version = '2.0',  # another
    repo_name = "c",
)
bazel_dep(version = "3.0", name = "d", dev_dependency = True); bazel_dep(name = "e")
local_path_override(module_name = "e", path = "../e")
include("//some/where:else.MODULE.bazel")
crate = use_extension("@rules_rust//crate_universe:extension.bzl", "crate")
my_bazel_dep(name = "f", version = "1")
END
  expect 'bazel_dep a 1.0
bazel_dep b 2.0
bazel_dep d 3.0
bazel_dep e 
local_path_override ../e
include //some/where:else.MODULE.bazel
use_extension @rules_rust//crate_universe:extension.bzl crate' "$(module_calls MODULE.bazel | grep -v ' not')"
}

test_development_dependencies_of_others_are_passed_over() {
  with_modules
  mkdir -p mine theirs
  printf 'bazel_dep(name = "a", version = "1", dev_dependency = True)\n' >mine/MODULE.bazel
  cat >theirs/MODULE.bazel <<'END'
bazel_dep(name = "b", version = "2")
bazel_dep(
    name = "c",
    version = "3",
    dev_dependency = True,
)
crate = use_extension("@rules_rust//crate_universe:extension.bzl", "crate", dev_dependency = True)
tools = use_extension("//rules:extensions.bzl", "tools")
END
  expect 'bazel_dep a 1
bazel_dep b 2
use_extension //rules:extensions.bzl tools' "$(module_calls -v root="$FOLDER/mine/" "$FOLDER"/{mine,theirs}/MODULE.bazel)"
  expect 5 "$(module_calls "$FOLDER"/{mine,theirs}/MODULE.bazel | wc -l)"
}

test_files_of_a_workspace() {
  with_modules
  mkdir -p "outer/inner ws" outer/parts
  printf 'include("//parts:x.MODULE.bazel")\n' >outer/MODULE.bazel
  printf 'bazel_dep(name = "a", version = "1")\n' >outer/parts/x.MODULE.bazel
  # A cycle must not cause an endless loop.
  printf 'local_path_override(module_name = "inner", path = "inner ws")\n' >>outer/MODULE.bazel
  printf 'local_path_override(module_name = "outer", path = "..")\ninclude("//:absent.MODULE.bazel")\n' >"outer/inner ws/MODULE.bazel"
  local here=$FOLDER/outer
  expect "$here/inner ws/MODULE.bazel
$here/MODULE.bazel
$here/parts/x.MODULE.bazel" "$(module_files "$here/inner ws")"
}

test_the_workspace_is_found_upwards() {
  with_modules
  mkdir -p ws/a/b ws/a/own/c
  : >ws/MODULE.bazel
  : >ws/a/own/REPO.bazel
  expect "$FOLDER/ws" "$(workspace_of "$FOLDER/ws/a/b")"
  expect "$FOLDER/ws/a/own" "$(workspace_of "$FOLDER/ws/a/own/c")"
  expect "" "$(workspace_of /)"
}

test_a_module_gets_another_version() {
  printf 'module(\n    name = "a",\n    version = "1.0",  # keep\n    compatibility_level = 1,\n    bazel_compatibility = [">=9.0.0"],\n)\nbazel_dep(name = "b", version = "2")\n' >multi
  printf 'module(name = "a", version = "1.0", compatibility_level = 2)\n' >single
  printf '"""doc"""\nmodule(name = "a")\n' >bare
  expect 'module(
    name = "a", version = "9.9",
      # keep
)
bazel_dep(name = "b", version = "2")' "$(awk -v version=9.9 -f "$BAZELW_PARTS/module_version.awk" multi)"
  expect 'module(name = "a", version = "9.9",  )' "$(awk -v version=9.9 -f "$BAZELW_PARTS/module_version.awk" single)"
  expect '"""doc"""
module(name = "a", version = "9.9")' "$(awk -v version=9.9 -f "$BAZELW_PARTS/module_version.awk" bare)"
}

# A replacement of the private Bazel's directory.
fake_private_root() {
  # shellcheck source=bootstrap/steps.sh
  source "$BAZELW_PARTS/steps.sh"
  local bazel=$FOLDER/root/debian/usr/share/bazel
  mkdir -p "$bazel"/{tools/skylib,rules/rust,embedded_tools}
  printf 'module(name = "bazel_skylib", version = "1.9.1")\nbazel_dep(name = "absent", version = "0.1")\n' >"$bazel/tools/skylib/MODULE.bazel"
  printf 'module(\n    name = "rules_rust",\n    version = "0.54.1",\n)\n' >"$bazel/rules/rust/MODULE.bazel"
  printf 'module(name = "bazel_tools")\n' >"$bazel/embedded_tools/MODULE.bazel"
}

test_the_registry_serves_every_version_that_is_named() {
  with_modules
  fake_private_root
  printf 'bazel_dep(name = "rules_rust", version = "0.63.0")\nbazel_dep(name = "bazel_skylib", version = "1.8.2")\n' >MODULE.bazel
  local registry
  registry=$(registry_folder "$FOLDER/root" "$FOLDER/MODULE.bazel")
  expect "absent/0.1
bazel_skylib/1.8.2
platforms/0.0.7
rules_rust/0.63.0" "$(cd "$registry/modules" && printf '%s\n' */*)"
  expect_in 'version = "0.63.0"' "$registry/modules/rules_rust/0.63.0/MODULE.bazel"
  expect "{\"type\": \"local_path\", \"path\": \"$FOLDER/root/debian/usr/share/bazel/rules/rust\"}" "$(cat "$registry/modules/rules_rust/0.63.0/source.json")"
  expect 'module(name = "absent", version = "0.1")' "$(cat "$registry/modules/absent/0.1/MODULE.bazel")"
}

test_the_registry_follows_the_modules() {
  with_modules
  fake_private_root
  printf 'bazel_dep(name = "a", version = "1")\n' >MODULE.bazel
  local first second
  first=$(registry_folder "$FOLDER/root" "$FOLDER/MODULE.bazel")
  expect "$first" "$(registry_folder "$FOLDER/root" "$FOLDER/MODULE.bazel")"
  printf 'bazel_dep(name = "a", version = "2")\n' >MODULE.bazel
  second=$(registry_folder "$FOLDER/root" "$FOLDER/MODULE.bazel")
  if [[ $first == "$second" ]]; then fail "the registry did not change"; fi
  expect 2 "$(ls "$second/modules/a")"
}
