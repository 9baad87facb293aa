//! Input that is made to do harm: endless files, text that controls a terminal, directories of others.

use std::fs::{self, Permissions};
use std::os::unix::fs::{symlink, PermissionsExt};

use crate::program::world::World;

#[test]
fn no_device_is_read() {
    let world = World::new();
    symlink("/dev/zero", world.path("image.lock.json")).unwrap();
    assert_eq!(
        world.fail(&["build"]),
        "error: cannot read lock `image.lock.json`: it is not a regular file\n"
    );
    symlink("/dev/zero", world.path("packages.yaml")).unwrap();
    let definition = "version: 1\narchitectures: [amd64]\nmanifest: packages.yaml\npackages: [a]\n";
    world.write("other.yaml", definition);
    assert_eq!(
        world.fail(&["lock", "other.yaml"]),
        "error: cannot read manifest `packages.yaml`: it is not a regular file\n"
    );
}

#[test]
fn a_layout_with_files_of_others_is_kept() {
    let world = World::built();
    for name in ["notes", "blobs/notes", "blobs/sha256/notes"] {
        world.write(&format!("app.oci/{name}"), "precious");
        let error = world.fail(&["build"]);
        let cause = format!("the directory has `{name}`, which is no part of a layout");
        assert!(error.contains(&cause), "{error}");
        fs::remove_file(world.path("app.oci").join(name)).unwrap();
    }
    world.succeed(&["build"]);
}

#[test]
fn a_cache_that_others_can_write_is_refused() {
    let world = World::built();
    for name in ["made", "made/results", "bases"] {
        let directory = world.path(".cache/distroless").join(name);
        fs::create_dir_all(&directory).unwrap();
        fs::set_permissions(&directory, Permissions::from_mode(0o777)).unwrap();
        let error = world.fail(&["build"]);
        assert!(error.contains("every user can write to "), "{error}");
        fs::set_permissions(&directory, Permissions::from_mode(0o700)).unwrap();
    }
    world.succeed(&["build"]);
}

#[test]
fn a_name_of_a_file_that_is_no_name_of_an_image() {
    let world = World::new();
    let definition = "version: 1\narchitectures: [amd64]\npackages: [a]\n";
    for name in ["a b.yaml", "a\nhint: b.yaml", "a\u{1b}[31m.yaml"] {
        world.write(name, definition);
        let error = world.fail(&["build", name]);
        assert!(error.contains("is no name of an image"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn words_of_the_command_line_do_not_control_the_terminal() {
    let world = World::new();
    let run = world.run(&["build", "--\u{1b}[31m"]);
    assert_eq!(run.code, Some(2));
    assert!(run.errors.contains("\\u{1b}[31m"), "{run:?}");
    assert!(!run.errors.contains('\u{1b}'), "{run:?}");
}
