//! The credentials of the environment, and a helper program. There is one test, because it changes the environment of the
//! process.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use registry::{Access, Client, Credentials, Options, Repository, Selector};
use registry_fixture::{Account, Auth, Registry, Settings};
use transfer::Progress;

const HELPER: &str = r#"#!/bin/sh
read -r server
test "$1" = get || exit 1
echo "$server" >> "$HOME/asked"
case "$server" in
  127.0.0.1:*) echo '{"ServerURL":"x","Username":"me","Secret":"hunter2-is-secret"}' ;;
  localhost:*) echo 'hunter2-is-secret'; exit 1 ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
"#;

#[test]
fn a_helper_gives_the_login() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name);
    let program = path("docker-credential-test");
    fs::write(&program, HELPER).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(path(".docker")).unwrap();
    fs::write(path(".docker/config.json"), r#"{"credsStore":"test"}"#).unwrap();
    let search = format!("{}:{}", home.path().display(), env::var("PATH").unwrap());
    env::set_var("PATH", search);
    env::set_var("HOME", home.path());
    for name in [
        "DOCKER_CONFIG",
        "DOCKER_AUTH_CONFIG",
        "REGISTRY_AUTH_FILE",
        "XDG_RUNTIME_DIR",
        "XDG_CONFIG_HOME",
        "NETRC",
    ] {
        env::remove_var(name);
    }
    let registry = Registry::new(Settings {
        auth: Auth::Basic(vec![Account::new("me", "hunter2-is-secret")]),
        ..Settings::default()
    });
    let progress = Progress::on(std::io::sink());
    let credentials = Credentials::of_this_user().unwrap();
    let client = Client::new(Options::default(), credentials, &progress).unwrap();
    let get = |host: &str| {
        let name = format!("{host}:{}/a", registry.port());
        let name = Repository::parse(&name).unwrap();
        let selector = Selector::Tag("t".to_owned());
        client.repository(&name, Access::Pull).manifest(&selector)
    };
    assert_eq!(get("127.0.0.1").unwrap(), None);
    assert_eq!(get("127.0.0.1").unwrap(), None);
    let asked = fs::read_to_string(path("asked")).unwrap();
    assert_eq!(asked, format!("127.0.0.1:{}\n", registry.port()));
    let error = get("localhost").unwrap_err().to_string();
    assert!(
        error.contains("cannot run credential helper `docker-credential-test`: it failed"),
        "{error}"
    );
    assert!(!error.contains("secret"), "{error}");
}
