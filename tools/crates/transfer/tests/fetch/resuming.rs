use std::fs;
use std::path::PathBuf;

use http_fixture::{Fault, Rest, Server};

use crate::support::{bytes, content, error, server, World, PATH};

/// A server that interrupts the connection in the middle of the file, its root, and half the size of the file.
fn interrupting(rest: Rest) -> (Server, String, usize) {
    let server = server();
    server.fail(PATH, Fault::Interrupt(rest));
    let root = server.root("root");
    (server, root, content().len() / 2)
}

/// The requests for the file, without its path.
fn requests(server: &Server) -> Vec<String> {
    let path = format!("/root/{PATH}");
    let requests = server.requests().into_iter();
    let of_path = requests.filter_map(|line| Some(line.strip_prefix(&path)?.trim().to_owned()));
    of_path.collect()
}

fn partials(world: &World) -> Vec<PathBuf> {
    let entries = fs::read_dir(world.path("cache/partial")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_next_attempt_continues() {
    for (rest, more) in [
        (Rest::Given, vec![]),
        (Rest::Ignored, vec![]),
        (Rest::Changed, vec![]),
        (Rest::Wrong, vec![""]),
        (Rest::Refused, vec![""]),
    ] {
        let (server, root, half) = interrupting(rest);
        let mut world = World::new();
        world.options.attempts = 2;
        let found = bytes(world.fetch(&root, &[PATH]));
        assert_eq!(found, content(), "{rest:?}");
        let line = format!(
            "{root}/{PATH}: connection interrupted after {half} of {} bytes; next attempt in 0.5 s\n",
            found.len(),
        );
        assert!(world.lines().contains(&line), "{rest:?}: {}", world.lines());
        let mut expected = vec![String::new(), format!("from {half} \"v1\"")];
        expected.extend(more.into_iter().map(str::to_owned));
        assert_eq!(requests(&server), expected, "{rest:?}");
        assert!(partials(&world).is_empty());
    }
}

#[test]
fn a_file_of_another_size_does_not_continue() {
    let (server, root, half) = interrupting(Rest::OtherTotal);
    let other = "other/b";
    let files = [(PATH.to_owned(), content()), (other.to_owned(), content())];
    server.serve(files.into());
    let mut world = World::new();
    world.options.attempts = 2;
    // The same file under its other path supplies the rest.
    assert_eq!(bytes(world.fetch(&root, &[PATH, other])), content());
    assert_eq!(requests(&server).len(), 2);
    assert!(partials(&world).is_empty(), "{half}");
}

#[test]
fn the_next_run_continues() {
    let (server, root, half) = interrupting(Rest::Given);
    let world = World::new();
    let error = error(world.fetch(&root, &[PATH]));
    assert!(error.contains("connection interrupted after"), "{error}");
    assert_eq!(
        fs::metadata(&partials(&world)[0]).unwrap().len(),
        half as u64
    );
    assert_eq!(bytes(world.fetch(&root, &[PATH])), content());
    let line = "test pool/a: 512 B (256 B in this run) in ";
    assert!(world.lines().contains(line), "{}", world.lines());
    assert_eq!(requests(&server), [String::new(), format!("from {half}")]);
    assert!(partials(&world).is_empty());
}

#[test]
fn a_wrong_beginning_is_dropped() {
    let (server, root, half) = interrupting(Rest::Given);
    let world = World::new();
    error(world.fetch(&root, &[PATH]));
    let name = partials(&world).remove(0);
    for (damaged, expected) in [
        (
            vec![b'?'; half],
            vec![format!("from {half}"), String::new()],
        ),
        (vec![b'?'; 9999], vec![String::new()]),
        (vec![b'?'; 2 * half], vec![String::new()]),
    ] {
        server.requests();
        fs::create_dir_all(world.path("cache/partial")).unwrap();
        fs::write(&name, damaged).unwrap();
        assert_eq!(bytes(world.fetch(&root, &[PATH])), content());
        assert_eq!(requests(&server), expected);
        assert!(partials(&world).is_empty());
        fs::remove_dir_all(world.path("cache/sha256")).unwrap();
    }
}
