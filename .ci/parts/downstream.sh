# shellcheck shell=bash
# Workspaces that use this one as a module: examples/workspace, examples/rules_oci and rules_img, and those of tests/downstream.
# All are built in one folder with one output base, so that the tools are compiled once.

DOWNSTREAM=${CI_SCRATCH:-}/downstream

# The flags that 7.7.1 knows, that are off there, and that are about what is used here. Not among them: incompatible_no_rule_outputs_param
# (`IMAGE.report` is such an output), incompatible_stop_exporting_language_modules (rules_rust 0.63 uses one), and
# incompatible_use_plus_in_repo_names (tools/bazelw overrides rules_rust's repositories by their names with `~`).
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
"

# downstream_workspace FOLDER MODULE...: $DOWNSTREAM becomes a copy of FOLDER, which uses MODULEs of tests/downstream, too.
downstream_workspace() {
  local module
  # The folder stays: its server would end with it.
  mkdir -p "$DOWNSTREAM"
  rm -rf "$CI_SCRATCH/modules"
  find "$DOWNSTREAM" -mindepth 1 -delete
  cp -r "$WORKSPACE/$1/." "$DOWNSTREAM"
  MODULES=("$WORKSPACE")
  for module in "${@:2}"; do
    mkdir -p "$CI_SCRATCH/modules"
    cp -r "$WORKSPACE/tests/downstream/$module" "$CI_SCRATCH/modules"
    MODULES+=("$CI_SCRATCH/modules/$module")
  done
  if [[ " $* " == *" middle "* ]]; then cp "$WORKSPACE"/examples/workspace/packages.{lock.json,yaml} "$CI_SCRATCH/modules/middle"; fi
}

# downstream_bazel COMMAND FLAGS...: in $DOWNSTREAM, with its modules as they are here. A sandbox has a /tmp of its own, in which
# this checkout may lie.
downstream_bazel() {
  local command=$1 module overrides=()
  shift
  overrides+=("--override_module=distroless=$WORKSPACE")
  for module in "${MODULES[@]:1}"; do overrides+=("--override_module=${module##*/}=$module"); done
  (cd "$DOWNSTREAM" && BAZELW_MODULE_FILES="${MODULES[*]/%//MODULE.bazel}" "$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/downstream.base" \
    "$command" "${QUIET[@]}" --lockfile_mode=off --host_compilation_mode=fastbuild "--sandbox_add_mount_pair=$WORKSPACE" "${overrides[@]}" "$@")
}

# Compiles the tools.
tools_in_a_users_workspace() {
  downstream_workspace examples/workspace
  downstream_bazel build //custom:custom_passwd //app:index
}

workspace_of_a_user() {
  local named
  downstream_workspace examples/workspace
  downstream_bazel test --test_output=errors //...
  downstream_bazel build --nobuild @packages//:lock
  named=$(grep -rn -F -e '@@' -e '~' "$DOWNSTREAM" --include='*.bazel' --include='*.bzl' || true)
  equal "canonical names of repositories in it" "" "$named"
  equal "lines of the custom image" "under 30" "$(lines_under 30 "$DOWNSTREAM/custom/BUILD.bazel")"
  named=$(find "$CI_SCRATCH/downstream.base/external" -maxdepth 1 -name '*distroless_programs*')
  equal "what only the development of distroless needs" "" "$named"
}

lines_under() {
  if (($(wc -l <"$2") < $1)); then echo "under $1"; else wc -l <"$2"; fi
}

# A target that is built for two platforms has the packages of each.
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

# machine_of TAR MEMBER: of an ELF file, by the number in its header (ELF, e_machine).
machine_of() {
  case $(tar --extract --to-stdout --gzip --file "$1" "$2" | od --skip-bytes=18 --read-bytes=2 --format=u2 --address-radix=n | tr -d ' ') in
    62) echo x86-64 ;;
    183) echo aarch64 ;;
    *) echo unknown ;;
  esac
}

# Two modules with hubs of their own, which have the same packages.
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

# A workspace that knows another module only, which uses distroless.
through_another_module() {
  downstream_workspace tests/downstream/over middle
  downstream_bazel test --test_output=errors //...
}

strict_flags() {
  local flags=() flag
  for flag in $STRICT_FLAGS; do flags+=("--$flag"); done
  downstream_workspace examples/workspace
  downstream_bazel build --nobuild "${flags[@]}" //... @distroless//static:all @distroless//java:java17_debian12
  note "${#flags[@]} flags"
}

rules_oci_example() {
  downstream_workspace examples/rules_oci rules_oci
  downstream_bazel test --test_output=errors //...
}

rules_img_example() {
  downstream_workspace examples/rules_img rules_img
  downstream_bazel build //...
  equal "images of three platforms" 3 "$(downstream_bazel cquery --output=files //:index 2>/dev/null | wc -l)"
  (cd "$DOWNSTREAM" && "$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/downstream.base" shutdown)
}
