//! Layout directories: their content, and the files that remain after a failure.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{symlink, MetadataExt};
use std::path::Path;

use tempfile::TempDir;

use super::{Layout, Naming};
use crate::testing::{hex, layer, settings};
use crate::{image, Blobs, Closure, Image};

fn closure(directory: &Path) -> (Closure, Image) {
    let made = image(
        &settings("amd64", None),
        None,
        &[layer('a', 7), layer('a', 7)],
    )
    .unwrap();
    fs::write(directory.join("real"), "7 bytes").unwrap();
    symlink("real", directory.join("link")).unwrap();
    let mut blobs = Blobs::new();
    blobs.add_document(made.config.clone());
    blobs.add_document(made.manifest.clone());
    blobs
        .add_layer(&layer('a', 7), "link", directory.join("link"))
        .unwrap();
    (blobs.closure(made.descriptor.clone()).unwrap(), made)
}

/// Path → content, for all files; links are not followed.
fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut tree = BTreeMap::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
                continue;
            }
            assert!(entry.file_type().unwrap().is_file());
            let path = entry
                .path()
                .strip_prefix(root)
                .unwrap()
                .display()
                .to_string();
            tree.insert(path, fs::read_to_string(entry.path()).unwrap());
        }
    }
    tree
}

#[test]
fn real_files_and_one_descriptor() {
    let directory = TempDir::new().unwrap();
    let (closure, made) = closure(directory.path());
    let output = directory.path().join("out");
    fs::create_dir(&output).unwrap();
    Layout::create(&closure, &Naming::default(), &output)
        .unwrap()
        .commit()
        .unwrap();
    let blob =
        |document: &crate::Document| format!("blobs/sha256/{}", document.blob().digest.hex());
    let text = |document| crate::testing::text(document).to_owned();
    let index = format!(
        concat!(
            r#"{{"manifests":[{{"digest":"{}","mediaType":"application/vnd.oci.image.manifest.v1+json","#,
            r#""platform":{{"architecture":"amd64","os":"linux"}},"size":{}}}],"#,
            r#""mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}}"#
        ),
        made.manifest.blob().digest,
        made.manifest.blob().size
    );
    let expected = BTreeMap::from([
        (
            "oci-layout".into(),
            r#"{"imageLayoutVersion":"1.0.0"}"#.into(),
        ),
        ("index.json".into(), index),
        (blob(&made.config), text(&made.config)),
        (blob(&made.manifest), text(&made.manifest)),
        (format!("blobs/sha256/{}", hex('a')), "7 bytes".into()),
    ]);
    assert_eq!(tree(&output), expected);
    let number = |path| fs::symlink_metadata(path).unwrap().ino();
    let placed = output.join("blobs/sha256").join(hex('a'));
    assert_eq!(number(placed), number(directory.path().join("real")));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3);
}

#[test]
fn no_directory_exists_before_commit_or_after_a_failure() {
    let directory = TempDir::new().unwrap();
    let (closure, _) = closure(directory.path());
    let output = directory.path().join("out");
    fs::create_dir(&output).unwrap();
    drop(Layout::create(&closure, &Naming::default(), &output).unwrap());
    assert_eq!(tree(&output), BTreeMap::new());
    fs::remove_file(directory.path().join("real")).unwrap();
    let error = Layout::create(&closure, &Naming::default(), &output)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        format!(
            "cannot write layout `{}`: cannot place layer `link`: No such file or directory (os error 2)",
            output.display()
        )
    );
    assert_eq!(tree(&output), BTreeMap::new());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[test]
fn a_directory_that_is_not_empty_is_refused() {
    let directory = TempDir::new().unwrap();
    let (closure, _) = closure(directory.path());
    let refused = |path: &Path| {
        Layout::create(&closure, &Naming::default(), path)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(directory.path()),
        format!(
            "cannot write layout `{}`: the directory is not empty",
            directory.path().display()
        )
    );
    let file = directory.path().join("real");
    assert_eq!(
        refused(&file),
        format!(
            "cannot write layout `{}`: Not a directory (os error 20)",
            file.display()
        )
    );
    assert_eq!(
        refused(Path::new("/no/such/out")),
        "cannot write layout `/no/such/out`: cannot create directory in `/no/such`: entity not found"
    );
}

#[test]
fn name_and_revision_are_put_at_the_descriptor() {
    let directory = TempDir::new().unwrap();
    let (closure, _) = closure(directory.path());
    let output = directory.path().join("out");
    let naming = Naming {
        name: Some(crate::RefName::parse("latest").unwrap()),
        revision: Some("26e3213".into()),
    };
    let layout = Layout::create(&closure, &naming, &output).unwrap();
    layout.commit().unwrap();
    let index = &tree(&output)["index.json"];
    let start = concat!(
        r#"{"manifests":[{"annotations":{"org.opencontainers.image.ref.name":"latest","#,
        r#""org.opencontainers.image.revision":"26e3213"},"digest""#
    );
    assert!(index.starts_with(start), "{index}");
}

/// A killed process leaves an unlocked directory; a running process has locked its directory.
#[test]
fn leftovers_of_killed_processes_are_removed() {
    let directory = TempDir::new().unwrap();
    let (closure, _) = closure(directory.path());
    let path = |name: &str| directory.path().join(name);
    let at_work = Layout::create(&closure, &Naming::default(), &path("out")).unwrap();
    fs::create_dir_all(path(".out.tmp-killed/blobs")).unwrap();
    fs::create_dir(path(".other.tmp-killed")).unwrap();
    fs::write(path(".out.tmp-file"), "").unwrap();
    symlink(".other.tmp-killed", path(".out.tmp-link")).unwrap();
    let second = Layout::create(&closure, &Naming::default(), &path("out")).unwrap();
    assert!(!path(".out.tmp-killed").exists());
    assert!(!path(".out.tmp-file").exists());
    for stays in [".other.tmp-killed", ".out.tmp-link"] {
        assert!(fs::symlink_metadata(path(stays)).is_ok(), "{stays}");
    }
    at_work.commit().unwrap();
    drop(second);
    assert!(path("out/index.json").exists());
    let left = fs::read_dir(directory.path()).unwrap().flatten();
    let left: Vec<_> = left
        .filter(|entry| {
            let name = entry.file_name().into_string().unwrap();
            name.starts_with(".out.tmp-") && entry.file_type().unwrap().is_dir()
        })
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Tests the longest name that file systems permit.
#[test]
fn long_names() {
    let directory = TempDir::new().unwrap();
    let (closure, _) = closure(directory.path());
    for length in [200, 201, 255] {
        let output = directory.path().join("n".repeat(length));
        let layout = Layout::create(&closure, &Naming::default(), &output).unwrap();
        layout.commit().unwrap();
        assert!(output.join("oci-layout").exists());
    }
}
