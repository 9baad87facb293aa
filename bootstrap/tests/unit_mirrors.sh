# shellcheck shell=bash disable=SC2317
# The machine's Debian mirrors and its npm registry.

in_configuration() {
  # shellcheck source=bootstrap/mirrors.sh
  source "$BAZELW_PARTS/mirrors.sh"
  unset DEBIAN_MIRROR DEBIAN_SECURITY_MIRROR
  BAZELW_APT_CONFIGURATION=$FOLDER/apt
  mkdir -p "$FOLDER/apt/sources.list.d"
}

test_deb822_sources() {
  in_configuration
  cat >apt/sources.list.d/debian.sources <<'END'
Types: deb deb-src
# a comment
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: https://other.example/pub/debian-security
Suites: bookworm-security
END
  expect "http://mirror.example/debian" "$(mirror_of debian)"
  expect "https://other.example/pub/debian-security" "$(mirror_of debian-security)"
}

test_deb822_several_addresses_and_continuation_lines() {
  in_configuration
  printf 'Types: deb\nURIs: http://a.example/debian http://b.example/debian\n https://c.example/debian\n\thttp://a.example/debian\n' \
    >apt/sources.list.d/debian.sources
  expect "http://a.example/debian http://b.example/debian https://c.example/debian" "$(mirror_of debian)"
}

test_deb822_leaves_out_disabled_and_source_only() {
  in_configuration
  cat >apt/sources.list.d/debian.sources <<'END'
Enabled: no
Types: deb
URIs: http://off.example/debian

Types: deb-src
URIs: http://source.example/debian

types: deb
uris: http://on.example/debian
END
  expect "http://on.example/debian" "$(mirror_of debian)"
}

test_one_line_sources() {
  in_configuration
  cat >apt/sources.list <<'END'
# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb http://first.example/debian bookworm main # a comment
deb [arch=amd64 signed-by=/a.gpg] https://second.example/debian/ bookworm-updates main
END
  printf 'deb http://security.example/debian-security bookworm-security main\n' >apt/sources.list.d/security.list
  expect "http://first.example/debian https://second.example/debian" "$(mirror_of debian)"
  expect "http://security.example/debian-security" "$(mirror_of debian-security)"
}

test_mirror_lists_are_followed() {
  in_configuration
  printf '# comment\nhttps://cloud.example/debian priority:1\n' >list
  printf 'Types: deb\nURIs: mirror+file:%s/list\n' "$FOLDER" >apt/sources.list.d/debian.sources
  expect "https://cloud.example/debian" "$(mirror_of debian)"
}

test_other_archives_are_not_taken() {
  in_configuration
  printf 'deb http://a.example/ubuntu noble main\ndeb http://a.example/debian-backports b main\ndeb cdrom:[x]/debian b main\n' >apt/sources.list
  expect "" "$(mirror_of debian)"
  expect "" "$(mirror_of debian-security)"
}

test_no_configuration_at_all() {
  in_configuration
  BAZELW_APT_CONFIGURATION=$FOLDER/nothing
  expect "" "$(mirror_of debian)"
}

test_the_environment_goes_first() {
  in_configuration
  printf 'deb http://a.example/debian bookworm main\n' >apt/sources.list
  expect "http://b.example/d http://c.example/d" "$(DEBIAN_MIRROR='http://b.example/d http://c.example/d' mirror_of debian)"
  expect "http://s.example" "$(DEBIAN_SECURITY_MIRROR=http://s.example mirror_of debian-security)"
}

# A machine with the npm of $FOLDER/bin, if the test makes one.
on_machine_of_npm() {
  in_configuration
  unset NPM_CONFIG_REGISTRY npm_config_registry NPM_CONFIG_USERCONFIG
  HOME=$FOLDER/home WORKSPACE=$FOLDER/workspace
  mkdir -p home workspace
  command_folder "$FOLDER/bin" sed tail mkdir chmod cat rm
  PATH=$FOLDER/bin
}

test_npm_registry_of_the_environment_goes_first() {
  on_machine_of_npm
  fake_command bin/npm <<<'echo https://npm.example/'
  expect "https://e.example" "$(NPM_CONFIG_REGISTRY=https://e.example npm_registry)"
  expect "http://e.example/a" "$(npm_config_registry=http://e.example/a npm_registry)"
}

test_npm_is_asked_in_the_workspace() {
  on_machine_of_npm
  # shellcheck disable=SC2016
  fake_command bin/npm <<<'if [[ "$*" == "config get registry" ]]; then echo "https://npm.example/${PWD##*/}"; echo warning >&2; fi'
  expect "https://npm.example/workspace" "$(npm_registry)"
}

test_files_of_npm_are_read_where_there_is_no_npm() {
  on_machine_of_npm
  printf 'registry=https://first.example/\n@scope:registry=https://scope.example\n  registry = "https://user.example/npm/"  \r\n; registry=https://c.example\n' >home/.npmrc
  expect "https://user.example/npm/" "$(npm_registry)"
  printf 'registry=https://workspace.example\n' >workspace/.npmrc
  expect "https://workspace.example" "$(npm_registry)"
  printf 'registry=https://other.example\n' >other
  rm workspace/.npmrc
  expect "https://other.example" "$(NPM_CONFIG_USERCONFIG=$FOLDER/other npm_registry)"
}

test_no_npm_at_all() {
  on_machine_of_npm
  printf 'fund=false\n' >home/.npmrc
  if [[ ! -e /etc/npmrc && ! -e /usr/etc/npmrc && ! -e /usr/local/etc/npmrc ]]; then expect "" "$(npm_registry)"; fi
}

test_what_is_no_address_is_not_taken() {
  on_machine_of_npm
  fake_command bin/npm <<<'echo undefined'
  expect "" "$(npm_registry)"
  fake_command bin/npm <<<'exit 1'
  expect "" "$(npm_registry)"
  expect "" "$(NPM_CONFIG_REGISTRY='https://a.example" --x="' npm_registry)"
}

test_the_registry_of_npm_is_handed_on() {
  on_machine_of_npm
  # shellcheck source=bootstrap/settings.sh
  source "$BAZELW_PARTS/settings.sh"
  expect 'common "--repo_env=NPM_CONFIG_REGISTRY=https://e.example"' "$(NPM_CONFIG_REGISTRY=https://e.example npm_settings)"
}
