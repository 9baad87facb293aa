use http_fixture::{Fault, Server};

use crate::support::{files, World, SATURDAY};

/// The login `me:secret`.
const LOGIN: &str = "Basic bWU6c2VjcmV0";

fn guarded() -> Server {
    let server = Server::new(files("6.4", SATURDAY));
    for end in ["InRelease", "Packages.xz", "Packages"] {
        server.fail(end, Fault::Login(LOGIN));
    }
    server
}

fn with_netrc(server: &Server, text: &str) -> World {
    let mut world = World::new(&server.root("debian"));
    world.write(".netrc", text);
    let home = world.path("").display().to_string();
    world.set("HOME", home.trim_end_matches('/'));
    world
}

#[test]
fn a_login_of_the_netrc_is_sent() {
    let server = guarded();
    let world = with_netrc(&server, "machine 127.0.0.1 login me password secret\n");
    let run = world.update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(server.requests().iter().all(|line| line.ends_with(LOGIN)));
}

#[test]
fn the_file_that_the_environment_names_goes_first() {
    let server = guarded();
    let mut world = with_netrc(&server, "machine 127.0.0.1 login me password wrong\n");
    world.write("logins", "machine 127.0.0.1 login me password secret\n");
    let logins = world.path("logins").display().to_string();
    world.set("NETRC", &logins);
    assert_eq!(world.update(&[]).code, 0);
    world.set("NETRC", "/nonexistent/netrc");
    assert_eq!(
        world.error(&[]),
        "error: cannot read `/nonexistent/netrc`: No such file or directory (os error 2)\n\
         hint: correct the environment variable NETRC, or unset it\n"
    );
    world.set("NETRC", "/dev/zero");
    assert_eq!(
        world.error(&[]),
        "error: cannot read `/dev/zero`: it is not a regular file\n\
         hint: correct the environment variable NETRC, or unset it\n"
    );
}

#[test]
fn a_login_in_the_url_is_sent_and_not_shown() {
    let server = guarded();
    let mirror = server.root("debian");
    let mirror = mirror.replace("http://", "http://me:s%65cret@");
    let run = World::new(&mirror).update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(server.requests().iter().all(|line| line.ends_with(LOGIN)));
    assert!(!run.stderr.contains("cret"), "{}", run.stderr);
}

#[test]
fn a_hint_names_the_missing_login() {
    let server = guarded();
    let world = with_netrc(&server, "machine other.example login me password secret\n");
    let netrc = world.path(".netrc").display().to_string();
    assert_eq!(
        world.error(&["--attempts", "9"]),
        format!(
            "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: \
             {}/dists/bookworm/InRelease: the server answered 401 Unauthorized: credentials are required\n\
             hint: add `machine 127.0.0.1 login NAME password PASSWORD` to {netrc}\n",
            server.root("debian")
        )
    );
}

#[test]
fn an_error_in_the_netrc_names_the_line() {
    let server = guarded();
    let world = with_netrc(&server, "machine 127.0.0.1\n login me passwort secret\n");
    let error = world.error(&[]);
    assert!(
        error.contains(".netrc:2`: expected `machine`, `default`, "),
        "{error}"
    );
    assert!(
        !error.contains("secret") && !error.contains("passwort"),
        "{error}"
    );
    assert!(server.requests().is_empty());
}

#[test]
fn no_password_is_sent_without_encryption() {
    let error = World::new("http://me:secret@mirror.example/debian").error(&[]);
    assert_eq!(
        error,
        "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: \
         http://***@mirror.example/debian/dists/bookworm/InRelease: the password would be sent without encryption\n\
         hint: use https, or add `machine http://mirror.example login NAME password PASSWORD` to ~/.netrc\n"
    );
}
