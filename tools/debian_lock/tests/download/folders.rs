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
    let address = format!("file://{}/mir%20ror", world.path("").display());
    let address = address.replace("//mir", "/mir");
    world.set("DEBIAN_MIRROR", &address);
    (world, address)
}

#[test]
fn a_folder_is_a_mirror() {
    let (world, _) = world();
    let run = world.update(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lock = world.read("distro.lock.json");
    assert_eq!(world.update(&["--offline"]).code, 0);
    assert_eq!(world.read("distro.lock.json"), lock);
}

#[test]
fn files_of_a_folder_are_held_to_size_and_hash() {
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
    assert!(error.contains("Packages.xz: sha256:"), "{error}");
    assert!(error.contains(": there is no such file"), "{error}");
    bytes.push(0);
    fs::write(&index, &bytes).unwrap();
    let words = format!(
        "Packages.xz: {} bytes where {} are expected",
        bytes.len(),
        bytes.len() - 1
    );
    let error = world.error(&[]);
    assert!(error.contains(&words), "{error}");
}

#[test]
fn folders_that_are_none() {
    let (mut world, address) = world();
    let start = "error: cannot lock `distro.yaml`: cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: ";
    let gone = format!("{address}/gone");
    for (address, cause) in [
        (gone.as_str(), "there is no such folder\nhint: set DEBIAN_MIRROR to an address that can be reached\n"),
        ("file://host.example/srv", "it is not an address of a folder of this machine\nhint: write it as `file:///absolute/folder`\n"),
    ] {
        world.set("DEBIAN_MIRROR", address);
        assert_eq!(world.error(&[]), format!("{start}{address}/dists/bookworm/InRelease: {cause}"));
    }
}
