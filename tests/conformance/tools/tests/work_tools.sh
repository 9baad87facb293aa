# shellcheck shell=bash disable=SC2317
# Runs every external program on a machine without any of them installed.

tools() {
  if [[ -z ${TOOLS_UNDER_TEST:-} ]]; then TOOLS_UNDER_TEST=$(BAZELW_REFERENCE_TOOLS=path bazelw) || exit; fi
  TOOLS=$TOOLS_UNDER_TEST
}

# Runs an external program without the machine's environment.
tool() {
  local program=$TOOLS/bin/$1
  shift
  env -i HOME="$FOLDER" PATH=/usr/bin:/bin:/usr/sbin:/sbin ${DOCKER_HOST:+DOCKER_HOST="$DOCKER_HOST"} "$program" "$@"
}

test_every_tool_is_there_or_listed_as_missing() {
  tools
  local name
  for name in buildbox-casd buildifier busybox bwrap cargo-deny container-structure-test containerd cosign crane distribution-conformance docker docker-registry dockerd oras qemu-aarch64 qemu-arm qemu-ppc64le \
    qemu-riscv64 qemu-s390x regctl runc shellcheck sigstore-mock skopeo syft umoci valgrind; do
    [[ -x $TOOLS/bin/$name ]] || grep -q "^$name: " "$TOOLS/missing.txt" || fail "$name is neither there nor missing"
  done
  while read -r name; do note "missing: $name"; done <"$TOOLS/missing.txt"
}

test_tools_start() {
  tools
  local name
  for name in bwrap containerd docker docker-registry dockerd runc shellcheck skopeo umoci valgrind; do tool "$name" --version || fail "$name"; done
  for name in cosign crane oras; do tool "$name" version || fail "$name"; done
  for name in "$TOOLS"/bin/qemu-*; do tool "${name##*/}" --version || fail "$name"; done
  tool busybox true
  tool buildbox-casd --version store
  tool buildifier --version
  for name in container-structure-test syft; do
    if [[ -x $TOOLS/bin/$name ]]; then tool "$name" version || fail "$name"; fi
  done
}

test_valgrind_counts_instructions() {
  tools
  tool valgrind --tool=callgrind --callgrind-out-file=counted "$TOOLS/own/usr/bin/busybox" true
  grep -q '^summary: [0-9][0-9]*$' counted || fail "no number of instructions"
}

# A Docker archive with one static program: BusyBox.
write_archive() {
  mkdir -p image/bin
  cp -L "$TOOLS"/own/usr/bin/busybox image/bin/
  tar --create --file=layer.tar --directory=image bin
  printf '{"architecture":"%s","os":"linux","config":{"Cmd":["/bin/busybox","echo","it runs"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(dpkg --print-architecture)" "$(sha256sum layer.tar | cut -d' ' -f1)" >config.json
  printf '[{"Config":"config.json","RepoTags":["toy:1"],"Layers":["layer.tar"]}]' >manifest.json
  tar --create --file=archive.tar config.json manifest.json layer.tar
}

test_skopeo_umoci_and_runc_take_an_image_apart_and_run_it() {
  tools
  write_archive
  tool skopeo copy docker-archive:archive.tar oci:layout:toy
  tool skopeo inspect --raw oci:layout:toy >manifest
  expect_in '"mediaType":"application/vnd.oci.image.manifest.v1+json"' manifest
  tool umoci unpack --rootless --image layout:toy bundle
  sed -i 's/"terminal": true/"terminal": false/' bundle/config.json
  tool runc --root "$FOLDER/runc" run --bundle bundle "toy-$$" >output
  expect "it runs" "$(cat output)"
}

test_a_registry_serves_crane_and_oras() {
  tools
  write_archive
  local port=$((20000 + RANDOM % 10000)) address status=0
  address=127.0.0.1:$port
  printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "%s"}\n' "$FOLDER/registry" "$address" >registry.yml
  "$TOOLS/bin/docker-registry" serve registry.yml >registry.log 2>&1 &
  until (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.2; done
  {
    tool skopeo copy --dest-tls-verify=false docker-archive:archive.tar "docker://$address/toy:1" &&
      tool crane validate --remote "$address/toy:1" &&
      tool oras manifest fetch --plain-http "$address/toy:1"
  } || status=$?
  kill %1
  expect 0 "$status"
}

test_a_docker_engine_runs_an_image() {
  if ((EUID != 0)); then
    note "not tried: a Docker engine needs root"
    return
  fi
  tools
  write_archive
  local status=0 socket exec_root
  # Its containerd has a socket below the exec root. The path of a socket is limited to 107 bytes, so it is not below
  # $FOLDER.
  exec_root=$(mktemp -d /tmp/engine.XXXXXX)
  socket=$exec_root/socket
  tool dockerd --iptables=false --bridge=none --storage-driver=vfs --data-root="$FOLDER/data" --exec-root="$exec_root/x" \
    --pidfile="$FOLDER/pid" --host="unix://$socket" >engine.log 2>&1 &
  for _ in {1..150}; do if [[ -S $socket ]]; then break; fi && sleep 0.2; done
  export DOCKER_HOST=unix://$socket
  { tool docker load --input archive.tar && tool docker run --rm --network=none toy:1 >output; } || status=$?
  # The job itself, if it did not write its process ID.
  kill "$(cat pid 2>/dev/null || echo %1)"
  wait
  # Mounts that remain after an engine has failed.
  umount --lazy "$FOLDER/data" 2>/dev/null || true
  rm -rf --one-file-system "$exec_root"
  if ((status != 0)); then cat engine.log; fi
  expect 0 "$status"
  expect "it runs" "$(cat output)"
}
