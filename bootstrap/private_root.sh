# shellcheck shell=bash
# The private Bazel: Debian's Bazel with a Java runtime and the rules packages, unpacked to the cache directory.

readonly DEFAULT_SUITE=forky

# libblake3-0 is missing in Debian's dependencies; without it, Bazel cannot load its native code.
readonly BAZEL_PACKAGES="bazel-bootstrap bazel-rules-rust bazel-rules-shell default-jre-headless libblake3-0 ca-certificates"

# Dependencies that Bazel does not need at run time (350 MB of JDK and more).
readonly BAZEL_SKIPPED="build-essential default-jdk-headless ca-certificates-java java-common python3 unzip zlib1g-dev perl
perl-base debconf util-linux procps tzdata media-types xz-utils libjs-jquery node-core-js node-html5shiv rust-coreutils bats
bats-support bats-assert bats-file zstd protobuf-compiler-grpc-java-plugin libmaven3-core-java libjgit-java libmongodb-java
libjetty9-java liblog4j2-java libbcprov-java libeclipse-jdt-core-java libeclipse-jdt-core-compiler-batch-java libguice-java
libwagon-provider-api-java libmaven-enforcer-plugin-java libmaven-resolver-java libjsch-java libjunixsocket-java libpam0g
libsystemd0 libpcsclite1 liblcms2-2 libjpeg62-turbo libjacoco-java libjarjar-java libjaxb-api-java libjackson2-core-java
libasm-java libjformatstring-java libgeronimo-annotation-1.3-spec-java junit4 libeclipse-jdt-annotation-java
libzstd-jni-java openssl openssl-provider-legacy"

private_root_folder() {
  local key
  key=$(folder_key "${BAZELW_SUITE:-$DEFAULT_SUITE}" "$(dpkg --print-architecture)" "$BAZELW_PARTS"/{private_root.sh,relocate.sh,relocate.pl,apt.sh})
  printf '%s/bazel-%s\n' "$CACHE" "$key"
}

make_private_root() {
  local folder=$1 suite=${BAZELW_SUITE:-$DEFAULT_SUITE}
  say "making a private Bazel in $folder (once, about 420 MB)"
  if [[ -z $(mirror_of debian) ]]; then
    refuse "cannot make a private Bazel: no Debian mirror is known" "set DEBIAN_MIRROR to the address of a \`debian\` archive"
  fi
  # shellcheck disable=SC2086 # lists of package names
  apt_state "$folder/apt" "debian $suite" $BAZEL_SKIPPED
  step "$folder" index apt_indexes "$folder/apt" "package index of $suite"
  # shellcheck disable=SC2086
  step "$folder" fetch apt_fetch "$folder/apt" "Bazel and its packages" $BAZEL_PACKAGES
  step "$folder" unpack fresh_folder "$folder/debian" unpack_packages "$folder/apt/archives" "unpacking" "$folder/apt/log"
  step "$folder" relocate relocate_bazel "$folder/debian"
  step "$folder" class-path write_class_path "$folder/debian"
  step "$folder" modules write_stub_modules "$folder/stubs"
  check_private_bazel "$folder"
  rm -rf "$folder/apt"
}

java_home() { readlink -f "$1/usr/lib/jvm/default-java"; }

relocate_bazel() {
  local root=$1 java
  relocate_links "$root"
  java=$(java_home "$root")
  relocate_programs "$root" "$java/lib:$java/lib/server" \
    "$root"/usr/bin/bazel* "$root"/usr/libexec/*/bazel/* "$java"/bin/{java,keytool} "$java/lib/jspawnhelper"
}

# Lists the same jars below ROOT, then all other ones (the Class-Path entries of the jars are absolute), then Bazel's
# version: Debian's build has no version, and bazel_features would treat it as the newest Bazel.
write_class_path() {
  local root=$1 list=$1/usr/share/bazel/bazel_classpath_debian_depends.txt version
  version=$(sed -nE 's/^bazel-bootstrap_([0-9.]+).*/\1/p' "$root/packages.txt")
  mkdir -p "$root/version"
  printf 'build.label=%s\n' "$version" >"$root/version/build-data.properties"
  {
    sed "s#^.*/usr/share/java#$root/usr/share/java#" "$list" | grep -vxF -e "$root/usr/share/java/*" -e "$root/version"
    printf '%s\n' "$root/usr/share/java/*" "$root/version"
  } | replaced_file "$list"
}

# Modules that Debian's rules depend on and Debian does not have, as far as files of them are loaded.
write_stub_modules() {
  local stubs=$1
  mkdir -p "$stubs/buildozer" "$stubs/apple_support/constraints"
  printf 'module(name = "buildozer")\n' >"$stubs/buildozer/MODULE.bazel"
  : >"$stubs/buildozer/BUILD.bazel"
  cat >"$stubs/buildozer/buildozer_binary.bzl" <<'END'
_empty = repository_rule(implementation = lambda rctx: rctx.file("BUILD.bazel", "") and None)
buildozer_binary = module_extension(implementation = lambda mctx: _empty(name = "buildozer_binary") and None)
END
  printf 'module(name = "apple_support")\n' >"$stubs/apple_support/MODULE.bazel"
  : >"$stubs/apple_support/BUILD.bazel"
  cat >"$stubs/apple_support/constraints/BUILD.bazel" <<'END'
package(default_visibility = ["//visibility:public"])

constraint_setting(
    name = "target_environment",
    default_constraint_value = ":device",
)

[constraint_value(
    name = name,
    constraint_setting = ":target_environment",
) for name in ("device", "simulator")]
END
}

# Runs Bazel to get its version, independent of any workspace, server or settings.
check_private_bazel() {
  local root=$1/debian version
  version=$(cd "$1" && USE_BAZEL_VERSION='' "$root/usr/bin/bazel" --nosystem_rc --nohome_rc --noworkspace_rc --batch \
    --install_base="$root/usr/share/bazel" --trust_install_base --server_javabase="$(java_home "$root")" \
    --output_user_root="$1/check" version --gnu_format 2>>"$1/apt/log" | sed -n 's/^bazel //p') || true
  rm -rf "$1/check"
  if [[ -z $version ]] || ! version_reaches "$version" "$OLDEST_BAZEL"; then
    show_log "$1/apt/log"
    refuse "cannot run the private Bazel in \`$1\`: it says version \`$version\`" "remove that folder and start again"
  fi
  say "private Bazel $version is ready"
}
