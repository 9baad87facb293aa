use std::fs;

use blob::Blob;

use crate::support::{bytes, content, error, fetch, missing, World, PATH};

/// A world with a file in its directory `mir ror`, and the URL of that directory.
fn world() -> (World, String) {
    let world = World::new();
    let file = world.path("mir ror").join(PATH);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content()).unwrap();
    let url = format!("file://{}", world.path("mir%20ror").display());
    (world, url)
}

#[test]
fn a_directory_is_a_root() {
    let (mut world, url) = world();
    assert_eq!(bytes(world.fetch(&url, &[PATH])), content());
    world.options.offline = true;
    assert_eq!(bytes(world.fetch_any(&url)), content());
}

#[test]
fn size_and_digest_are_verified() {
    let (world, url) = world();
    let file = world.path("mir ror").join(PATH);
    let mut changed = content();
    changed[0] ^= 1;
    fs::write(&file, &changed).unwrap();
    let [expected, found] = [content(), changed.clone()].map(|bytes| Blob::of(&bytes).digest);
    assert_eq!(
        missing(world.fetch(&url, &[PATH])),
        format!("{url}/{PATH}: expected {expected}, found {found}")
    );
    changed.push(0);
    fs::write(&file, &changed).unwrap();
    assert_eq!(
        missing(world.fetch(&url, &[PATH])),
        format!("{url}/{PATH}: expected 512 bytes, found 513")
    );
}

#[test]
fn urls_of_no_directory() {
    let (world, url) = world();
    let gone = format!("{url}/gone");
    for (url, cause) in [
        (
            gone.as_str(),
            "no such directory\nhint: set MIRROR to another URL",
        ),
        (
            "file://host.example/srv",
            "expected the URL of a directory on this machine\nhint: write `file:///absolute/directory`",
        ),
    ] {
        assert_eq!(
            error(world.fetch_any(url)),
            format!("cannot download `{PATH}`: {url}/{PATH}: {cause}")
        );
    }
}

#[test]
fn one_file_of_a_directory() {
    let world = World::new();
    fs::create_dir(world.path("pool")).unwrap();
    fs::write(world.path("pool/a.deb"), "deb").unwrap();
    fs::write(world.path("secret"), "deb").unwrap();
    let root = format!("file://{}", world.path("pool").display());
    let fetcher = world.fetcher();
    let blob = Blob::of(b"deb");
    let get = |path: &str, expected| fetch(&fetcher, &root, &[path], Some(expected));
    assert_eq!(bytes(get("a.deb", blob)), b"deb");
    assert_eq!(bytes(get("./a.deb", blob)), b"deb");
    for (path, blob, why) in [
        ("b.deb", blob, "no such file"),
        ("", blob, "no such file"),
        ("a.deb", Blob::of(b"debb"), "expected 4 bytes, found 3"),
        ("a.deb", Blob::of(b"dex"), "expected sha256:"),
    ] {
        let found = missing(get(path, blob));
        assert!(found.contains(why), "{found}");
    }
    assert_eq!(
        error(get("../secret", blob)),
        "cannot use path `../secret`: expected a path without `..` and without null bytes"
    );
    // The owner of the directory is trusted, so links are followed.
    std::os::unix::fs::symlink("../secret", world.path("pool/link")).unwrap();
    assert_eq!(bytes(get("link", blob)), b"deb");
}
