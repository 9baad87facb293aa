use crate::server::{Mischief, Server};
use crate::support::{files, World, SATURDAY};

/// The login `me:secret`.
const LOGIN: &str = "Basic bWU6c2VjcmV0";

fn guarded() -> Server {
    let server = Server::new(files("6.4", SATURDAY));
    for end in ["InRelease", "Packages.xz", "Packages"] {
        server.misbehave(end, Mischief::Login(LOGIN));
    }
    server
}

fn with_netrc(server: &Server, text: &str) -> World {
    let mut world = World::new(&server.debian());
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
}

#[test]
fn a_login_in_the_address_is_sent_and_not_shown() {
    let server = guarded();
    let mirror = server.debian().replace("http://", "http://me:s%65cret@");
    let run = World::new(&mirror).update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(server.requests().iter().all(|line| line.ends_with(LOGIN)));
    assert!(!run.stderr.contains("cret"), "{}", run.stderr);
}

#[test]
fn who_may_not_is_told_how_to_log_in() {
    let server = guarded();
    let world = with_netrc(&server, "machine other.example login me password secret\n");
    let start = "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: ";
    let address = format!("{}/dists/bookworm/InRelease", server.debian());
    let netrc = world.path(".netrc").display().to_string();
    assert_eq!(
        world.error(&["--tries", "9"]),
        format!(
            "{start}{address}: the server answered 401 Unauthorized: it wants a login\n\
             hint: give a login: `machine 127.0.0.1 login NAME password PASSWORD` in {netrc}\n"
        )
    );
    world.write(".netrc", "machine 127.0.0.1 login me password wrong\n");
    let error = world.error(&[]);
    let hint = format!(
        "hint: correct the user and password that were sent: those of the address, or `machine 127.0.0.1 login NAME password PASSWORD` in {netrc}\n"
    );
    assert!(error.ends_with(&hint), "{error}");
    server.behave();
    server.misbehave("InRelease", Mischief::Status(403, 9));
    world.write(".netrc", "");
    assert_eq!(
        world.error(&[]),
        format!(
            "{start}{address}: the server answered 403 Forbidden \
             (if it wants a login, give a login: `machine 127.0.0.1 login NAME password PASSWORD` in {netrc})\n"
        )
    );
}

#[test]
fn a_login_does_not_follow_a_redirect_to_another_host() {
    let (first, second) = (guarded(), Server::new(files("6.4", SATURDAY)));
    let to = format!("http://localhost:{}{{}}", second.port()).leak();
    first.behave();
    for end in ["InRelease", "Packages.xz", ""] {
        first.misbehave(end, Mischief::RedirectTo(to));
    }
    let mirror = first.debian().replace("http://", "http://me:secret@");
    let run = World::new(&mirror).update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(first.requests().iter().all(|line| line.ends_with(LOGIN)));
    let requests = second.requests();
    assert!(!requests.is_empty() && !requests.iter().any(|line| line.contains("Basic")));

    // Another port of the same host is another server.
    first.behave();
    first.misbehave("InRelease", Mischief::RedirectTo(second.debian().leak()));
    World::new(&mirror).error(&[]);
    assert_eq!(second.requests(), ["/debian"]);
}

#[test]
fn a_wrong_netrc_is_named_with_the_line() {
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
fn no_password_goes_unencrypted() {
    let error = World::new("http://me:secret@mirror.example/debian").error(&[]);
    assert_eq!(
        error,
        "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: \
         http://***@mirror.example/debian/dists/bookworm/InRelease: its password would go over the network unencrypted\n\
         hint: use https, or allow it by `machine http://mirror.example login NAME password PASSWORD` in ~/.netrc\n"
    );
}
