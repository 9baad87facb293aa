use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use http_fixture::{Fault, Rest, Server};

use crate::support::{files, World, SATURDAY};

/// The path of the compressed index, by its digest.
fn index_path() -> String {
    let files = files("6.4", SATURDAY);
    let index = &files["dists/bookworm/main/binary-amd64/Packages.xz"];
    let mut by_hash = files.iter().filter(|(path, _)| path.contains("by-hash"));
    let (path, _) = by_hash.find(|(_, bytes)| *bytes == index).unwrap();
    format!("/debian/{path}")
}

/// The requests for the index, without its path.
fn requests(server: &Server, path: &str) -> Vec<String> {
    let requests = server.requests().into_iter();
    let of_path = requests.filter_map(|line| Some(line.strip_prefix(path)?.trim().to_owned()));
    of_path.collect()
}

#[test]
fn the_run_after_a_killed_one_continues() {
    let path = index_path();
    let server = Server::new(files("6.4", SATURDAY));
    server.fail(&path, Fault::Drip);
    let world = World::new(&server.root("debian"));
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
    server.recover();
    server.fail(&path, Fault::Interrupt(Rest::Given));
    let run = world.update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains(" in this run) in "), "{}", run.stderr);
    assert_eq!(
        requests(&server, &path),
        [String::new(), format!("from {size}")]
    );
}
