use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use crate::server::{Mischief, Rest, Server};
use crate::support::{files, World, SATURDAY};

/// A server that breaks the connection in the middle of the index, the path of the index, and half its size.
fn broken(rest: Rest) -> (Server, String, usize) {
    let files = files("6.4", SATURDAY);
    let index = &files["dists/bookworm/main/binary-amd64/Packages.xz"];
    let mut by_hash = files.iter().filter(|(path, _)| path.contains("by-hash"));
    let (path, bytes) = by_hash.find(|(_, bytes)| *bytes == index).unwrap();
    let (path, half) = (format!("/debian/{path}"), bytes.len() / 2);
    let server = Server::new(files.clone());
    server.misbehave(&path, Mischief::Break(rest));
    (server, path, half)
}

/// The requests for the index.
fn asked(server: &Server, path: &str) -> Vec<String> {
    let requests = server.requests().into_iter();
    let of_path = requests.filter_map(|line| Some(line.strip_prefix(path)?.trim().to_owned()));
    of_path.collect()
}

fn partials(world: &World) -> Vec<PathBuf> {
    let entries = fs::read_dir(world.path("cache/partial")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_next_try_goes_on() {
    for (rest, more) in [
        (Rest::Given, vec![]),
        (Rest::Ignored, vec![]),
        (Rest::Changed, vec![]),
        (Rest::Wrong, vec![""]),
        (Rest::Refused, vec![""]),
    ] {
        let (server, path, half) = broken(rest);
        let world = World::new(&server.debian());
        let run = world.update(&["--tries", "2"]);
        assert_eq!(run.code, 0, "{rest:?}: {}", run.stderr);
        let line = format!(
            "{path}: the connection broke off after {half} of {} bytes; next try in 0.5 s\n",
            fs::read_dir(world.path("cache/sha256"))
                .unwrap()
                .next()
                .unwrap()
                .unwrap()
                .metadata()
                .unwrap()
                .len(),
        );
        assert!(run.stderr.contains(&line), "{rest:?}: {}", run.stderr);
        let mut expected = vec![String::new(), format!("from {half} \"v1\"")];
        expected.extend(more.into_iter().map(str::to_owned));
        assert_eq!(asked(&server, &path), expected, "{rest:?}");
        assert!(partials(&world).is_empty());
    }
}

#[test]
fn a_file_of_another_size_is_not_gone_on_with() {
    let (server, path, half) = broken(Rest::OtherTotal);
    let world = World::new(&server.debian());
    // The same file under its other path supplies the rest.
    let run = world.update(&["--tries", "2"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(asked(&server, &path).len(), 2);
    assert!(partials(&world).is_empty(), "{half}");
}

#[test]
fn the_next_run_goes_on() {
    let (server, path, half) = broken(Rest::Given);
    let world = World::new(&server.debian());
    let error = world.error(&[]);
    assert!(error.contains("the connection broke off after"), "{error}");
    assert_eq!(
        fs::metadata(&partials(&world)[0]).unwrap().len(),
        half as u64
    );
    let run = world.update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains(" of it now in "), "{}", run.stderr);
    assert_eq!(
        asked(&server, &path),
        [String::new(), format!("from {half}")]
    );
    assert!(partials(&world).is_empty());
}

#[test]
fn a_beginning_that_is_wrong_is_dropped() {
    let (server, path, half) = broken(Rest::Given);
    let world = World::new(&server.debian());
    world.error(&[]);
    let name = partials(&world).remove(0);
    for (spoilt, requests) in [
        (
            vec![b'?'; half],
            vec![format!("from {half}"), String::new()],
        ),
        (vec![b'?'; 9999], vec![String::new()]),
        (vec![b'?'; 2 * half], vec![]),
    ] {
        server.requests();
        fs::create_dir_all(world.path("cache/partial")).unwrap();
        fs::write(&name, spoilt).unwrap();
        let run = world.update(&[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        if !requests.is_empty() {
            assert_eq!(asked(&server, &path), requests);
        }
        assert!(partials(&world).is_empty());
        world.forget(&["sha256", "derived"]);
    }
}

#[test]
fn a_run_that_is_killed_loses_nothing() {
    let (server, path, _) = broken(Rest::Given);
    server.behave();
    server.misbehave(&path, Mischief::Drip);
    let world = World::new(&server.debian());
    let mut run = world.start(&["update", "distro.yaml", "--cache", "cache"]);
    let size = || -> Option<u64> {
        let mut entries = fs::read_dir(world.path("cache/partial")).ok()?;
        Some(entries.next()?.ok()?.metadata().ok()?.len())
    };
    let start = Instant::now();
    while size().is_none_or(|size| size == 0) {
        assert!(start.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(10));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let size = size().unwrap();
    server.behave();
    server.misbehave(&path, Mischief::Break(Rest::Given));
    let run = world.update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        asked(&server, &path),
        [String::new(), format!("from {size}")]
    );
}
