# shellcheck shell=bash disable=SC2317,SC2016,SC2164
# Real starts: makes a private Bazel and builds toy workspaces with it. The order matters: the first tests make it, the
# others use it.

# Runs the wrapper in its own process group so that it receives an interrupt (background commands of a shell ignore it).
interruptible() {
  set -m
  perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' env XDG_CACHE_HOME="$TESTS_CACHE" BAZELW=debian BAZELW_REFERENCE_TOOLS=0 "$BAZELW_TOP/bazelw" "$@" >"$FOLDER/log" 2>&1 &
  INTERRUPTIBLE=$!
  set +m
}

# wait_for SECONDS COMMAND...: waits until COMMAND succeeds.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= end)); then fail "waited in vain for: $*" "$(cat "$FOLDER/log")"; fi
    sleep 0.2
  done
}

expect_status_of_interrupted() {
  local status=0
  kill -INT "$INTERRUPTIBLE"
  wait "$INTERRUPTIBLE" || status=$?
  expect "$1" "$status"
}

private_roots() { { compgen -G "$TESTS_CACHE/distroless-bazelw/bazel-*/.ok" || true; } | wc -l; }

some_package_is_there() { compgen -G "$TESTS_CACHE/distroless-bazelw/bazel-*/apt/archives/*.deb" >/dev/null; }

test_an_interrupt_while_fetching_stops_it_and_keeps_what_is_there() {
  if (($(private_roots))); then
    note "not tried: the cache folder has a private Bazel already"
    return
  fi
  toy_workspace "$FOLDER/ws" && cd ws
  interruptible version
  wait_for 90 some_package_is_there
  expect_status_of_interrupted 130
  expect_in "bazelw: interrupted; the next start goes on from here" "$FOLDER/log"
  expect 0 "$(private_roots)"
  some_package_is_there
  if [[ -n $(type -P pgrep) ]] && pgrep --full "apt-get.*$TESTS_CACHE"; then fail "apt-get is still running"; fi
}

test_two_starts_at_once_go_on_from_there_and_make_one() {
  local had first
  had=$(private_roots)
  toy_workspace "$FOLDER/a"
  toy_workspace "$FOLDER/b"
  (cd a && bazelw build //:greeting >"$FOLDER/a.log" 2>&1) & first=$!
  (cd b && bazelw build //:greeting >"$FOLDER/b.log" 2>&1) || fail "$(cat b.log)"
  wait "$first" || fail "$(cat a.log)"
  expect "hello hello" "$(cat a/bazel-bin/greeting.txt b/bazel-bin/greeting.txt | xargs)"
  if ((had == 0)); then
    expect 1 "$(private_roots)"
    expect 1 "$(cat a.log b.log | grep -c 'another start is making')"
    expect 1 "$(cat a.log b.log | grep -c 'unpacking: [0-9]* of [0-9]* packages, [0-9]* s$')"
    expect 0 "$(cat a.log b.log | grep -c 'package index of')"
    note "$(cat a.log b.log | grep -h 'Bazel and its packages' | head -1)"
  fi
}

test_exit_codes_are_bazels() {
  toy_workspace "$FOLDER/ws" && cd ws
  expect_status 0 bazelw build //:greeting
  expect_status 1 bazelw build //:broken
  expect_status 1 bazelw build //:no_such_target
  expect_status 2 bazelw build --no_such_flag
  expect_status 0 bazelw test //:passing_test
  expect_status 3 bazelw test //:passing_test //:failing_test
  expect_status 4 bazelw test //parts/...
}

test_run_passes_arguments_and_the_exit_code() {
  toy_workspace "$FOLDER/ws" && cd ws
  expect_status 0 bazelw run //:say -- 0 "b c" '$d'
  expect '<0><b c><$d>' "$(cat "$FOLDER/output")"
  expect_status 7 bazelw run //:say -- 7
}

test_query_and_links() {
  toy_workspace "$FOLDER/ws" && cd ws/parts
  expect_status 0 bazelw query //:greeting
  expect //:greeting "$(cat "$FOLDER/output")"
  expect_status 0 bazelw build //:greeting
  cd ..
  expect hello "$(cat bazel-bin/greeting.txt)"
  [[ -d $(readlink -f bazel-bin) ]]
}

test_nested_workspaces_share_the_private_bazel() {
  local had
  had=$(private_roots)
  toy_workspace "$FOLDER/ws" && cd ws/nested
  printf '%s\n' "$PWD" >>"$SCRATCH/workspaces"
  expect_status 0 bazelw build //:copy
  expect hello "$(cat bazel-bin/copy.txt)"
  expect "$had" "$(private_roots)"
  # The wrapper must notice a change in any of the files.
  printf 'bazel_dep(name = "another_absent_module", version = "4.5")\n' >>parts/more.MODULE.bazel
  expect_status 0 bazelw build //:copy
  printf 'bazel_dep(name = "a_third_absent_module", version = "6.7")\n' >>../MODULE.bazel
  expect_status 0 bazelw build //:copy
}

test_a_workspace_with_a_space_in_its_name() {
  toy_workspace "$FOLDER/a toy" && cd "a toy"
  expect_status 0 bazelw build //:greeting
  expect hello "$(cat bazel-bin/greeting.txt)"
}

test_mirrors_and_reference_tools_reach_bazel() {
  toy_workspace "$FOLDER/ws" && cd ws
  cat >repository.bzl <<'END'
def _show_impl(rctx):
    rctx.file("BUILD.bazel", "")
    rctx.file("seen.bzl", "SEEN = %r" % [rctx.os.environ.get(n) for n in ("DEBIAN_MIRROR", "DEBIAN_SECURITY_MIRROR")])

_show = repository_rule(_show_impl, environ = ["DEBIAN_MIRROR", "DEBIAN_SECURITY_MIRROR"])
show = module_extension(lambda mctx: _show(name = "show") and None)
END
  printf 'show = use_extension("//:repository.bzl", "show")\nuse_repo(show, "show")\n' >>MODULE.bazel
  printf 'load("@show//:seen.bzl", "SEEN")\n[print(x) for x in SEEN]\n' >parts/BUILD.bazel
  DEBIAN_MIRROR="http://a.example/debian http://b.example/debian" DEBIAN_SECURITY_MIRROR=http://s.example expect_status 0 bazelw query //parts/...
  expect_in "DEBUG: $PWD/parts/BUILD.bazel:2:7: http://a.example/debian http://b.example/debian" "$FOLDER/errors"
  expect_in "DEBUG: $PWD/parts/BUILD.bazel:2:7: http://s.example" "$FOLDER/errors"
  printf '#!/bin/sh\ncase $DISTROLESS_REFERENCE_TOOLS in */distroless-bazelw/reference-tools-*) exit 0 ;; esac; exit 1\n' >say.sh
  expect_status 0 bazelw test //:passing_test
}

is_building_endless() { grep -q 'Executing genrule //:endless' "$FOLDER/log"; }

test_an_interrupt_stops_the_build() {
  toy_workspace "$FOLDER/ws" && cd ws
  interruptible build --curses=no --show_progress_rate_limit=0.5 //:endless
  wait_for 90 is_building_endless
  expect_status_of_interrupted 8
  expect_status 0 bazelw build //:greeting
}

test_java_trusts_every_certificate_of_the_bundle() {
  # shellcheck source=bootstrap/trust_store.sh
  source "$BAZELW_PARTS/trust_store.sh"
  local bundle store java
  # shellcheck disable=SC2012 # names of our own making
  store=$(ls -t "$TESTS_CACHE"/distroless-bazelw/trust/*.jks | head -1)
  java=$(compgen -G "$TESTS_CACHE/distroless-bazelw/bazel-*/debian/usr/lib/jvm/default-java/bin/keytool" | head -1)
  bundle=$(machine_ca_bundle)
  expect "$(grep -c 'BEGIN CERTIFICATE' "$bundle")" "$("$java" -list -keystore "$store" -storepass changeit 2>/dev/null | grep -c trustedCertEntry)"
}

# Only a note, because the result depends on the load of the machine.
test_what_a_later_start_costs() {
  local began with without i PRIVATE_ROOT RC
  toy_workspace "$FOLDER/ws" && cd ws
  bazelw info release
  # shellcheck source=/dev/null
  source "$TESTS_CACHE/distroless-bazelw/starts/debian-${PWD//[!A-Za-z0-9]/_}"
  began=$EPOCHREALTIME
  for i in 1 2 3 4 5; do bazelw info release; done
  with=$(((${EPOCHREALTIME/./} - ${began/./}) / 5000))
  began=$EPOCHREALTIME
  for i in 1 2 3 4 5; do XDG_CACHE_HOME=$TESTS_CACHE "$PRIVATE_ROOT/debian/usr/bin/bazel" --nosystem_rc --bazelrc="$RC" info release; done
  without=$(((${EPOCHREALTIME/./} - ${began/./}) / 5000))
  note "a later start costs $((with - without)) ms ($with ms against $without ms, mean of $i)"
}
