# shellcheck shell=bash
# Workspaces that use this module: examples/workspace, examples/rules_oci, examples/rules_img, and those of
# tests/downstream. All are built in one directory with one output base, so that cargo compiles the tools once.

DOWNSTREAM=${CI_SCRATCH:-}/downstream

# The incompatible flags of Bazel 7.7.1 that are off by default and concern features that this module uses. Not listed:
# incompatible_no_rule_outputs_param (`IMAGE.report` is such an output), and
# incompatible_stop_exporting_language_modules (tools/jdk of Bazel 7.7 does not load with it).
readonly STRICT_FLAGS="
incompatible_auto_exec_groups
incompatible_check_testonly_for_output_files
incompatible_check_visibility_for_toolchains
incompatible_config_setting_private_default_visibility
incompatible_default_to_explicit_init_py
incompatible_disable_native_repo_rules
incompatible_disable_starlark_host_transitions
incompatible_disable_target_provider_fields
incompatible_disallow_empty_glob
incompatible_disallow_struct_provider_syntax
incompatible_enable_proto_toolchain_resolution
incompatible_modify_execution_info_additive
incompatible_no_implicit_file_export
incompatible_no_implicit_watch_label
incompatible_python_disallow_native_rules
incompatible_strict_action_env
incompatible_struct_has_no_methods
incompatible_top_level_aspects_require_providers
incompatible_use_cc_configure_from_rules_cc
incompatible_use_plus_in_repo_names
"

# Makes $DOWNSTREAM an empty workspace. The directory itself is not deleted, because its Bazel server would stop then.
empty_downstream() {
  mkdir -p "$DOWNSTREAM"
  find "$DOWNSTREAM" -mindepth 1 -delete
  MODULES=("$WORKSPACE")
}

# downstream_workspace DIRECTORY MODULE...: makes $DOWNSTREAM a copy of DIRECTORY that also uses modules of
# tests/downstream.
downstream_workspace() {
  local module
  empty_downstream
  rm -rf "$CI_SCRATCH/modules"
  cp -r "$WORKSPACE/$1/." "$DOWNSTREAM"
  for module in "${@:2}"; do
    mkdir -p "$CI_SCRATCH/modules"
    cp -r "$WORKSPACE/tests/downstream/$module" "$CI_SCRATCH/modules"
    MODULES+=("$CI_SCRATCH/modules/$module")
  done
  if [[ " $* " == *" middle "* ]]; then cp "$WORKSPACE"/examples/workspace/packages.{lock.json,yaml} "$CI_SCRATCH/modules/middle"; fi
}

# downstream_bazel COMMAND OPTION...: runs Bazel in $DOWNSTREAM with the modules of this checkout. The checkout is
# mounted into the sandbox because it may be below /tmp, and a sandbox has its own /tmp.
downstream_bazel() {
  local command=$1 module overrides=()
  shift
  overrides+=("--override_module=distroless=$WORKSPACE")
  for module in "${MODULES[@]:1}"; do overrides+=("--override_module=${module##*/}=$module"); done
  (cd "$DOWNSTREAM" && BAZELW_MODULE_FILES="${MODULES[*]/%//MODULE.bazel}" "$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/downstream.base" \
    "$command" "${QUIET[@]}" --lockfile_mode=off --host_compilation_mode=fastbuild "--sandbox_add_mount_pair=$WORKSPACE" "${overrides[@]}" "$@")
}

# Compiles the tools with cargo, because the module graph of a user has no rules for Rust.
tools_in_a_users_workspace() {
  local external=$CI_SCRATCH/downstream.base/external
  downstream_workspace examples/workspace
  downstream_bazel build //custom:custom_passwd //app:index
  cp "$DOWNSTREAM/bazel-bin/app/index/index.json" "$CI_SCRATCH/app.index.json"
  equal "rules for Rust, and crates" "" "$(find "$external" -maxdepth 1 -name '*rules_rust*' -o -maxdepth 1 -name '*crates*')"
  equal "tools that no image needs" "" "$(find "$external" -maxdepth 1 -name '*distroless_network_tools*')"
  check "the tools of images" test -x "$(echo "$external"/*distroless_tools_from_source/bin/deb_extractor)"
}

# registry_bazel COMMAND OPTION...: runs Bazel in the workspace that gets distroless from a registry. cargo is
# unavailable there.
registry_bazel() {
  local command=$1
  shift
  (cd "$CI_SCRATCH/registry_user" && BAZELW_FIRST_REGISTRY=file://$CI_SCRATCH/registry BAZELW_MODULE_FILES=$WORKSPACE/MODULE.bazel DISTROLESS_CARGO=/nowhere/cargo \
    "$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/registry.base" "$command" "${QUIET[@]}" --lockfile_mode=off "--sandbox_add_mount_pair=$CI_SCRATCH/registry" "$@")
}

# registry_refuses TEXT OPTION...: checks that a build fails and prints TEXT.
registry_refuses() {
  local said=$CI_SCRATCH/registry_user.said
  if registry_bazel build "${@:2}" //app:index >"$said" 2>&1; then check "it is refused: $1" false; fi
  says "$said" "$1"
}

# Packs the programs of the last step as a released archive for this platform. debian_lock is a script: no image needs
# it.
make_released_tools() {
  local folder=$CI_SCRATCH/registry programs
  programs=$(echo "$CI_SCRATCH/downstream.base/external"/*distroless_tools_from_source/bin)
  mkdir -p "$folder/mirror" "$folder/tools/bin"
  cp "$programs"/* "$folder/tools/bin"
  printf '#!/bin/sh\necho "debian_lock was given: $*"\n' >"$folder/tools/bin/debian_lock"
  chmod +x "$folder"/tools/bin/*
  tar --create --gzip --directory="$folder/tools" --file="$folder/mirror/distroless_tools_0.1.0.tar.gz" bin
}

# make_source_archive ARCHIVE SHA256: writes the source archive of a release; its lock of the tools has this SHA-256.
make_source_archive() {
  local folder=$CI_SCRATCH/registry tree
  local -x GIT_DIR=$folder/git GIT_WORK_TREE=$WORKSPACE
  git init --quiet
  (cd "$WORKSPACE" && git add --all .)
  tree=$(git write-tree)
  rm -rf "$folder/source" && mkdir -p "$folder/source"
  git archive --prefix=distroless-0.1.0/ "$tree" | tar --extract --directory="$folder/source"
  printf '{"archives": {"linux_%s": {"sha256": "%s", "url": "https://release.invalid/v0.1.0/distroless_tools_0.1.0.tar.gz"}}, "version": 1}\n' \
    "$(dpkg --print-architecture)" "$2" >"$folder/source/distroless-0.1.0/tools/prebuilt.lock.json"
  tar --create --gzip --directory="$folder/source" --file="$1" distroless-0.1.0
}

# make_registry ARCHIVE: writes the registry entry of the archive from the template in .bcr.
make_registry() {
  local entry=$CI_SCRATCH/registry/modules/distroless/0.1.0 integrity
  mkdir -p "$entry"
  printf '{}\n' >"$CI_SCRATCH/registry/bazel_registry.json"
  cp "$CI_SCRATCH/registry/source/distroless-0.1.0/MODULE.bazel" "$entry"
  integrity=sha256-$(openssl dgst -sha256 -binary "$1" | base64)
  sed -e "s|\"integrity\": \"\"|\"integrity\": \"$integrity\"|" -e 's|{REPO}-{VERSION}|distroless-0.1.0|' -e "s|\"url\": \".*\"|\"url\": \"file://$1\"|" \
    "$WORKSPACE/.bcr/source.template.json" >"$entry/source.json"
}

# can_make_registry STEP: if git or openssl is missing, reports STEP as skipped and returns false.
can_make_registry() {
  if [[ -n $(type -P git) && -n $(type -P openssl) ]]; then return 0; fi
  echo "SKIPPED: $1: no git or no openssl on PATH" | tee -a "$CI_SCRATCH/skipped"
  return 1
}

make_registry_user() {
  local archive=$CI_SCRATCH/registry/distroless-0.1.0.tar.gz
  rm -rf "$CI_SCRATCH/registry" "$CI_SCRATCH/registry_user"
  cp -r "$WORKSPACE/examples/workspace" "$CI_SCRATCH/registry_user"
  make_released_tools
  make_source_archive "$archive" "$(sha256_of "$CI_SCRATCH/registry/mirror/distroless_tools_0.1.0.tar.gz")"
  make_registry "$archive"
}

# Uses the module like a module of the Central Registry: source archive, and released tools from a mirror. No tool is
# compiled.
from_a_registry() {
  local mirror=--repo_env=DISTROLESS_TOOLS_MIRROR=file://$CI_SCRATCH/registry/mirror
  if ! can_make_registry from_a_registry; then return; fi
  make_registry_user
  registry_bazel build "$mirror" //custom //app:index
  check "the same image as with compiled tools" cmp "$CI_SCRATCH/registry_user/bazel-bin/app/index/index.json" "$CI_SCRATCH/app.index.json"
  equal "a command" "debian_lock was given: --help" "$(registry_bazel run "$mirror" @distroless//tools:debian_lock -- --help 2>/dev/null)"
  equal "the command that locks" "debian_lock was given: update packages.yaml" "$(registry_bazel run "$mirror" @packages//:lock 2>/dev/null)"
  check "the tests' files are not in it" test ! -e "$CI_SCRATCH/registry.base/external/distroless~/rules/tests"

  registry_refuses "cannot fetch the tools for \`linux_$(dpkg --print-architecture)\`: no URL has the archive with SHA-256" --repository_cache= --repo_env=DISTROLESS_TOOLS_MIRROR=file:///nowhere
  says "$CI_SCRATCH/registry_user.said" "  file:///nowhere/distroless_tools_0.1.0.tar.gz: no answer"
  says "$CI_SCRATCH/registry_user.said" "  https://release.invalid/v0.1.0/distroless_tools_0.1.0.tar.gz: no answer"
  echo x >>"$CI_SCRATCH/registry/mirror/distroless_tools_0.1.0.tar.gz"
  registry_refuses "  file://$CI_SCRATCH/registry/mirror/distroless_tools_0.1.0.tar.gz: a file with SHA-256 $(sha256_of "$CI_SCRATCH/registry/mirror/distroless_tools_0.1.0.tar.gz")" --repository_cache= "$mirror"
}

# The messages for a cargo that cannot compile the tools.
cargo_that_cannot_be_used() {
  local old=$CI_SCRATCH/old_cargo
  if ! can_make_registry cargo_that_cannot_be_used; then return; fi
  mkdir -p "$old"
  printf '#!/bin/sh\necho "cargo 1.70.0 (ec8a8a0ca 2023-04-25)"\n' >"$old/cargo"
  printf '#!/bin/sh\necho "rustc 1.70.0 (90c541806 2023-05-31)"\n' >"$old/rustc"
  chmod +x "$old"/*
  registry_refuses "cannot compile the tools of distroless: DISTROLESS_CARGO is \`/nowhere/cargo\`, and there is no such file" --repo_env=DISTROLESS_TOOLS=source --repo_env=DISTROLESS_CARGO=/nowhere/cargo
  registry_refuses "cannot compile the tools of distroless: cargo 1.70.0 (\`$old/cargo\`) is older than 1.88" --repo_env=DISTROLESS_TOOLS=source "--repo_env=DISTROLESS_CARGO=$old/cargo"
  says "$CI_SCRATCH/registry_user.said" "hint: update Rust (\`rustup update\`), or set DISTROLESS_CARGO to another cargo"
  registry_refuses "cannot choose the tools of distroless: DISTROLESS_TOOLS is \`binary\`" --repo_env=DISTROLESS_TOOLS=binary
}

workspace_of_a_user() {
  local named
  downstream_workspace examples/workspace
  downstream_bazel test --test_output=errors //...
  named=$(grep -rn -F -e '@@' -e '~' "$DOWNSTREAM" --include='*.bazel' --include='*.bzl' || true)
  equal "canonical names of repositories in it" "" "$named"
  equal "lines of the custom image" "under 30" "$(lines_under 30 "$DOWNSTREAM/custom/BUILD.bazel")"
  named=$(find "$CI_SCRATCH/downstream.base/external" -maxdepth 1 -name '*distroless_programs*')
  equal "what only the development of distroless needs" "" "$named"
}

lines_under() {
  if (($(wc -l <"$2") < $1)); then echo "under $1"; else wc -l <"$2"; fi
}

# A target that is built for two platforms has the packages of the right platform in each.
each_platform_has_its_own_files() {
  local pair
  downstream_workspace examples/workspace
  cat >"$DOWNSTREAM/BUILD.bazel" <<'BUILD'
load("@distroless//rules:deb.bzl", "deb_layer")
load("@distroless//rules:image.bzl", "image")
deb_layer(name = "jq", deb = "@packages//jq:deb", include = ["usr/bin/jq"])
image(name = "jq_image", layers = [":jq"])
BUILD
  for pair in amd64:x86-64 arm64:aarch64; do
    downstream_bazel build "--platforms=@distroless//rules/platforms:linux_${pair%:*}" //:jq //:jq_image
    equal "the program for ${pair%:*}" "${pair#*:}" "$(machine_of "$DOWNSTREAM/bazel-bin/jq.tar.gz" usr/bin/jq)"
    check "an image for ${pair%:*}" grep -qF "\"architecture\":\"${pair%:*}\"" "$DOWNSTREAM/bazel-bin/jq_image.config.json"
  done
}

# machine_of TAR MEMBER: prints the architecture of an ELF file, from its header (ELF, e_machine).
machine_of() {
  case $(tar --extract --to-stdout --gzip --file "$1" "$2" | od --skip-bytes=18 --read-bytes=2 --format=u2 --address-radix=n | tr -d ' ') in
    62) echo x86-64 ;;
    183) echo aarch64 ;;
    *) echo unknown ;;
  esac
}

# Two modules each have a hub, with the same packages.
twice_in_one_graph() {
  local first second
  downstream_workspace examples/workspace middle
  printf 'bazel_dep(name = "middle")\n' >>"$DOWNSTREAM/MODULE.bazel"
  mkdir "$DOWNSTREAM/both"
  cat >"$DOWNSTREAM/both/BUILD.bazel" <<'BUILD'
load("@distroless//rules:image.bzl", "image")
image(name = "both", base = "@middle//:image", layers = ["@packages//media-types"])
BUILD
  downstream_bazel build //both @packages//jq @middle//:jq
  first=$(downstream_bazel cquery --output=files @packages//jq 2>/dev/null)
  second=$(downstream_bazel cquery --output=files @middle//:jq 2>/dev/null)
  check "each hub has its own" test "$first" != "$second"
  check "they are the same" cmp "$DOWNSTREAM/$first" "$DOWNSTREAM/$second"
}

# A workspace depends only on another module, which uses distroless.
through_another_module() {
  downstream_workspace tests/downstream/over middle
  downstream_bazel test --test_output=errors //...
}

strict_flags() {
  local flags=() flag
  for flag in $STRICT_FLAGS; do flags+=("--$flag"); done
  if ! can_make_registry strict_flags; then return; fi
  make_registry_user
  registry_bazel build --nobuild "${flags[@]}" "--repo_env=DISTROLESS_TOOLS_MIRROR=file://$CI_SCRATCH/registry/mirror" //... @distroless//static:all @distroless//java:java17_debian12
  (cd "$CI_SCRATCH/registry_user" && "$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/registry.base" shutdown)
  note "${#flags[@]} flags"
}

rules_oci_example() {
  build //tools/judges
  downstream_workspace examples/rules_oci rules_oci
  cp --dereference "$WORKSPACE/bazel-bin/tools/judges/judges" "$CI_SCRATCH/modules/rules_oci"
  downstream_bazel test --test_output=errors --@distroless//tools/judges/rules_oci:program=@rules_oci//:judges //...
}

rules_img_example() {
  downstream_workspace examples/rules_img rules_img
  # Workspaces of users have no rules for Rust, so the stand-in for rules_img gets the compiled program that decodes
  # like it.
  build //tools/judges
  cp --dereference "$WORKSPACE/bazel-bin/tools/judges/judges" "$CI_SCRATCH/modules/rules_img/judges"
  downstream_bazel build //...
  equal "images of three platforms" 3 "$(downstream_bazel cquery --output=files //:index 2>/dev/null | wc -l)"
  (cd "$DOWNSTREAM" && "$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/downstream.base" shutdown)
}
