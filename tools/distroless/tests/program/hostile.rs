//! Input that is made to do harm: endless files, text that controls a terminal, directories of others.

use std::fs::{self, Permissions};
use std::os::unix::fs::{symlink, PermissionsExt};

use testkit::{Deb, Item};

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

#[test]
fn cleaning_follows_no_link() {
    let world = World::built();
    fs::create_dir(world.path("precious")).unwrap();
    world.write("precious/file", "precious");
    for name in ["bases", "made"] {
        let directory = world.path(".cache/distroless").join(name);
        let _ = fs::remove_dir_all(&directory);
        symlink(world.path("precious"), &directory).unwrap();
        let error = world.fail(&["cache", "clean", "--older-than", "0"]);
        let cause = format!("DIR/.cache/distroless/{name} is a symbolic link\n");
        assert!(error.contains(&cause), "{error}");
        fs::remove_file(&directory).unwrap();
    }
    let results = world.path(".cache/distroless/made/results");
    fs::create_dir_all(&results).unwrap();
    symlink(world.path("precious"), results.join("ab".repeat(32))).unwrap();
    // What has no name of the cache is not of the cache.
    fs::create_dir(results.join("notes")).unwrap();
    world.succeed(&["cache", "clean", "--older-than", "0"]);
    let kept = fs::read_dir(&results)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert_eq!(kept.collect::<Vec<_>>(), ["notes"]);
    assert_eq!(world.read("precious/file"), "precious");
}

#[test]
fn layers_of_a_shared_directory_are_not_used() {
    let world = World::built();
    for name in ["made", "made/results", "bases"] {
        let directory = world.path(".cache/distroless").join(name);
        fs::create_dir_all(&directory).unwrap();
        fs::set_permissions(&directory, Permissions::from_mode(0o1777)).unwrap();
        assert_eq!(
            world.fail(&["build"]),
            format!(
                "error: cannot use cache `DIR/.cache/distroless`: every user can write to DIR/.cache/distroless/{name} (mode 1777)\n\
                 hint: choose another directory with `--cache`, or delete DIR/.cache/distroless/{name}\n"
            )
        );
        fs::set_permissions(&directory, Permissions::from_mode(0o700)).unwrap();
    }
    // What another user could have changed before.
    let results = world.path(".cache/distroless/made/results");
    for entry in fs::read_dir(&results).unwrap() {
        fs::set_permissions(entry.unwrap().path(), Permissions::from_mode(0o777)).unwrap();
    }
    let run = world.run(&["build"]);
    assert!(run.errors.contains(", 0 of them from the cache"), "{run:?}");
}

#[test]
fn a_package_of_a_directory_is_that_of_the_lock() {
    let world = World::new();
    let package = |text: &str| {
        let control =
            "Package: busybox-static\nVersion: 1\nArchitecture: amd64\nDescription: test\n";
        let mut deb = Deb::new().control(control);
        for directory in [
            "./bin/",
            "./usr/",
            "./usr/share/",
            "./usr/share/doc/",
            "./usr/share/doc/busybox-static/",
        ] {
            deb = deb.item(Item::directory(directory));
        }
        deb.item(Item::file("./bin/busybox", text).mode(0o755))
            .item(Item::file(
                "./usr/share/doc/busybox-static/copyright",
                "License: MIT",
            ))
            .build()
    };
    fs::create_dir(world.path("debs")).unwrap();
    fs::write(world.path("debs/b.deb"), package("one")).unwrap();
    world.write(
        "box.yaml",
        "version: 1\narchitectures: [amd64]\nstandard_files: false\nsources:\n  - {folder: debs}\n\
         layers:\n  - busybox: {}\nunchecked: [directories, entrypoint, user]\n",
    );
    world.succeed(&["lock", "box.yaml"]);
    fs::write(world.path("debs/b.deb"), package("two")).unwrap();
    let error = world.fail(&["build", "box.yaml"]);
    assert!(
        error.starts_with(
            "error: cannot use package `busybox-static`: debs/b.deb: the lock expects sha256:"
        ),
        "{error}"
    );
    assert!(
        error.ends_with("hint: put the locked file back, or lock again: run `distroless lock`\n"),
        "{error}"
    );
}
