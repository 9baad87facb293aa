use std::fs;

use crate::support::{files, World, SATURDAY};

/// A world with a mirror in its directory `mir ror`, and the URL of the mirror.
fn world() -> (World, String) {
    let mut world = World::new("");
    for (path, bytes) in files("6.4", SATURDAY) {
        let path = world.path("mir ror").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let url = format!("file://{}", world.path("mir%20ror").display());
    world.set("DEBIAN_MIRROR", &url);
    (world, url)
}

#[test]
fn a_mirror_in_a_directory() {
    let (world, _) = world();
    let run = world.update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lock = world.read("distro.lock.json");
    assert_eq!(world.update(&["--offline"]).code, 0);
    assert_eq!(world.read("distro.lock.json"), lock);
}

#[test]
fn size_and_digest_are_verified() {
    let (world, _) = world();
    let indexes = world.path("mir ror/dists/bookworm/main/binary-amd64");
    fs::remove_dir_all(indexes.join("by-hash")).unwrap();
    for other in ["Packages", "Packages.gz"] {
        fs::remove_file(indexes.join(other)).unwrap();
    }
    let index = indexes.join("Packages.xz");
    let mut bytes = fs::read(&index).unwrap();
    bytes[0] ^= 1;
    fs::write(&index, &bytes).unwrap();
    let error = world.error(&[]);
    assert!(error.contains("Packages.xz: expected sha256:"), "{error}");
    assert!(error.contains(": no such file"), "{error}");
    bytes.push(0);
    fs::write(&index, &bytes).unwrap();
    let words = format!(
        "Packages.xz: expected {} bytes, found {}",
        bytes.len() - 1,
        bytes.len()
    );
    let error = world.error(&[]);
    assert!(error.contains(&words), "{error}");
}

#[test]
fn a_mirror_that_does_not_exist() {
    let (mut world, url) = world();
    let gone = format!("{url}/gone");
    world.set("DEBIAN_MIRROR", &gone);
    assert_eq!(
        world.error(&[]),
        format!(
            "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: \
             {gone}/dists/bookworm/InRelease: no such directory\n\
             hint: set DEBIAN_MIRROR to the URL of an available mirror\n"
        )
    );
}
