use http_fixture::{Fault, Server};

use crate::support::{bytes, content, error, missing, server, World, PATH};

/// The login `me:secret`.
const LOGIN: &str = "Basic bWU6c2VjcmV0";

fn guarded() -> Server {
    let server = server();
    server.fail(PATH, Fault::Login(LOGIN));
    server
}

fn with_netrc(text: &str) -> World {
    let mut world = World::new();
    world.netrc = text.to_owned();
    world
}

#[test]
fn a_login_of_the_netrc_is_sent() {
    let server = guarded();
    let world = with_netrc("machine 127.0.0.1 login me password secret\n");
    assert_eq!(bytes(world.fetch_any(&server.root("root"))), content());
    assert!(server.requests().iter().all(|line| line.ends_with(LOGIN)));
}

#[test]
fn a_login_in_the_url_is_sent_and_not_shown() {
    let server = guarded();
    let root = server.root("root");
    let root = root.replace("http://", "http://me:s%65cret@");
    let world = World::new();
    assert_eq!(bytes(world.fetch_any(&root)), content());
    assert!(server.requests().iter().all(|line| line.ends_with(LOGIN)));
    assert!(!world.lines().contains("cret"), "{}", world.lines());
}

#[test]
fn a_hint_names_the_missing_login() {
    let server = guarded();
    let mut world = with_netrc("machine other.example login me password secret\n");
    world.options.attempts = 9;
    let root = server.root("root");
    let url = format!("{root}/{PATH}");
    let netrc = world.path(".netrc").display().to_string();
    assert_eq!(
        error(world.fetch_any(&root)),
        format!(
            "cannot download `{PATH}`: {url}: the server answered 401 Unauthorized: credentials are required\n\
             hint: add `machine 127.0.0.1 login NAME password PASSWORD` to {netrc}"
        )
    );
    world.netrc = "machine 127.0.0.1 login me password wrong\n".to_owned();
    let error = error(world.fetch_any(&root));
    let hint = format!(
        "hint: correct the user and password in the URL, or `machine 127.0.0.1 login NAME password PASSWORD` in {netrc}"
    );
    assert!(error.ends_with(&hint), "{error}");
    server.recover();
    server.fail(PATH, Fault::Status(403, 9));
    world.netrc = String::new();
    assert_eq!(
        missing(world.fetch_any(&root)),
        format!(
            "{url}: the server answered 403 Forbidden \
             (if the file requires credentials: add `machine 127.0.0.1 login NAME password PASSWORD` to {netrc})"
        )
    );
}

#[test]
fn a_redirect_to_another_host_does_not_get_the_login() {
    let (first, second) = (guarded(), server());
    let to = format!("http://localhost:{}{{}}", second.port()).leak();
    first.recover();
    first.fail(PATH, Fault::RedirectTo(to));
    let root = first.root("root").replace("http://", "http://me:secret@");
    assert_eq!(bytes(World::new().fetch_any(&root)), content());
    assert!(first.requests().iter().all(|line| line.ends_with(LOGIN)));
    assert_eq!(second.requests(), [format!("/root/{PATH}")]);

    // Another port of the same host is another server.
    first.recover();
    first.fail(PATH, Fault::RedirectTo(second.root("root").leak()));
    missing(World::new().fetch_any(&root));
    assert_eq!(second.requests(), ["/root"]);
}

#[test]
fn no_password_is_sent_without_encryption() {
    assert_eq!(
        error(World::new().fetch_any("http://me:secret@mirror.example/root")),
        "cannot download `pool/a`: http://***@mirror.example/root/pool/a: the password would be sent without encryption\n\
         hint: use https, or add `machine http://mirror.example login NAME password PASSWORD` to ~/.netrc"
    );
}
