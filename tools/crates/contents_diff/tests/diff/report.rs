//! The facts of the report.

use std::collections::BTreeMap;

use contents_diff::{
    compare_packages, Aspect, Change, ChangelogChange, FileChange, ImageReport, IssueTrend,
    PackageFacts, PackageSet, Report, Subject,
};
use image_contents::{Contents, Index};

use crate::fixture;

fn image(report: Report) -> ImageReport {
    report.images.into_iter().next().unwrap()
}

#[test]
fn packages_and_runtimes() {
    let image = image(fixture::report());
    let changes = image.packages.iter().chain(&image.runtimes);
    let changes: Vec<(&str, Change)> = changes
        .map(|change| (&*change.name, change.change))
        .collect();
    assert_eq!(
        changes,
        [
            ("libcrypt1", Change::Removed),
            ("libzstd1", Change::Added),
            ("zlib1g", Change::Upgraded),
            ("nodejs", Change::Added),
        ]
    );
    assert!(image.packages[2].has_other_licenses());
}

#[test]
fn changelogs_between_the_versions() {
    let image = image(fixture::report());
    let [ChangelogChange {
        source,
        entries,
        is_complete,
        ..
    }] = &image.changelogs[..]
    else {
        panic!("{:?}", image.changelogs);
    };
    let versions: Vec<&str> = entries.iter().map(|entry| &*entry.version).collect();
    assert_eq!((&**source, *is_complete), ("zlib", true));
    assert_eq!(versions, ["1:1.3.dfsg-1", "1:1.2.13.dfsg-2"]);
}

#[test]
fn libraries_whose_symbols_disappear_come_first() {
    let image = image(fixture::report());
    let libraries = image.libraries.iter();
    let libraries: Vec<_> = libraries
        .map(|library| {
            (
                &*library.soname,
                library.change,
                library.removed_symbols.join(" "),
                library.added_symbols.join(" "),
            )
        })
        .collect();
    let none = String::new;
    assert_eq!(
        libraries,
        [
            ("libcrypt.so.1", Change::Removed, none(), none()),
            (
                "libz.so.1",
                Change::Changed,
                "gone@ZLIB_1".to_owned(),
                "inflateNew@ZLIB_2".to_owned()
            ),
            ("libzstd.so.1", Change::Added, none(), none()),
        ]
    );
}

#[test]
fn files() {
    let image = image(fixture::report());
    let of =
        |path: &str| -> &FileChange { image.files.iter().find(|file| file.path == path).unwrap() };
    assert_eq!(of("usr/bin/app").aspects, [Aspect::Type]);
    assert_eq!(of("home/nonroot").aspects, [Aspect::Mode]);
    assert_eq!(of("etc/passwd").aspects, [Aspect::Content]);
    assert_eq!(of("etc/only_old").aspects, [Aspect::Removed]);
    assert_eq!(of("usr/lib/libz.so.1").aspects, [Aspect::Target]);
    assert_eq!(of("usr/lib/libz.so.1").package.as_deref(), Some("zlib1g"));
    assert!(of("usr/lib/libz.so.1").is_expected && !of("etc/passwd").is_expected);
    assert!(!image.files.iter().any(|file| file.path == "etc/services"));
}

#[test]
fn settings_issues_and_layers() {
    let image = image(fixture::report());
    let settings: Vec<&str> = image
        .settings
        .iter()
        .map(|change| &*change.setting)
        .collect();
    assert_eq!(
        settings,
        [
            "user",
            "env GONE",
            "env NEW",
            "env PATH",
            "annotation org.example.a"
        ]
    );
    let issues = image.issues.unwrap().changes;
    let issues: Vec<_> = issues
        .iter()
        .map(|change| (change.trend, &*change.issue))
        .collect();
    assert_eq!(
        issues,
        [
            (IssueTrend::Introduced, "CVE-2099-3"),
            (IssueTrend::Resolved, "CVE-2099-1"),
            (IssueTrend::Changed, "CVE-2099-2"),
        ]
    );
    let layers = image.layers.unwrap();
    assert_eq!(
        (layers.added.len(), layers.removed.len(), layers.shared),
        (4, 3, 1)
    );
    let added: u64 = layers.added.iter().map(|layer| layer.size).sum();
    assert_eq!(layers.download, added);
}

#[test]
fn a_higher_layer_replaces_a_file_and_a_repeated_layer_is_downloaded_once() {
    let (mut old, mut new) = (fixture::old(), fixture::old());
    let above = fixture::layer("above", vec![fixture::file("etc/services", "other", 1)]);
    new.layers.extend([above.clone(), above]);
    old.digest = fixture::digest("other");
    let report = fixture::plain(&Contents::Image(old), &Contents::Image(new));
    let image = image(report);
    assert_eq!(image.files.len(), 1);
    assert_eq!(
        (
            image.files[0].package.as_deref(),
            image.files[0].is_expected
        ),
        (Some("netbase"), false)
    );
    let layers = image.layers.unwrap();
    assert_eq!(
        (layers.added.len(), layers.download),
        (1, layers.new_size - layers.old_size)
    );
}

#[test]
fn equal_images_do_not_differ() {
    let contents = Contents::Image(fixture::old());
    assert!(fixture::plain(&contents, &contents).is_empty());
}

#[test]
fn images_of_an_index_by_platform() {
    let index = |architectures: &[&str]| {
        let images = architectures.iter().map(|architecture| {
            let mut image = fixture::old();
            image.architecture = (*architecture).to_owned();
            image
        });
        Contents::Index(Index {
            name: "app".to_owned(),
            digest: fixture::digest(&architectures.concat()),
            created: String::new(),
            images: images.collect(),
        })
    };
    let report = fixture::plain(&index(&["amd64", "arm64"]), &index(&["riscv64", "amd64"]));
    assert_eq!(report.added_platforms, ["linux/riscv64"]);
    assert_eq!(report.removed_platforms, ["linux/arm64"]);
    assert_eq!(report.images.len(), 1);
    let single = Contents::Image(fixture::new());
    let report = fixture::plain(&single, &index(&["arm64", "amd64"]));
    assert_eq!(
        (report.images.len(), report.added_platforms),
        (1, vec!["linux/arm64".to_owned()])
    );
    assert!(report.removed_platforms.is_empty());
}

#[test]
fn packages_of_locks() {
    let set = |packages: &[(&str, &str, &str)]| {
        let mut set = PackageSet::default();
        for (name, version, architecture) in packages {
            let facts = PackageFacts {
                version: (*version).to_owned(),
                architecture: (*architecture).to_owned(),
                ..PackageFacts::default()
            };
            set.add(name, facts, "sum".to_owned());
        }
        set
    };
    let old = set(&[
        ("a", "2", "amd64"),
        ("b", "1", "all"),
        ("c", "1", "amd64"),
        ("c", "1", "i386"),
        ("odd", "?", "all"),
    ]);
    let new = set(&[
        ("a", "1", "amd64"),
        ("b", "1", "amd64"),
        ("c", "1", "amd64"),
        ("c", "2", "i386"),
        ("odd", "!", "all"),
    ]);
    let sets = |set: PackageSet| BTreeMap::from([("linux/amd64".to_owned(), set)]);
    let report = compare_packages(
        (Subject::default(), &sets(old)),
        (Subject::default(), &sets(new)),
    );
    let packages = &report.images[0].packages;
    let changes: Vec<_> = packages
        .iter()
        .map(|change| (&*change.name, change.change))
        .collect();
    assert_eq!(
        changes,
        [
            ("a", Change::Downgraded),
            ("b", Change::Changed),
            ("c", Change::Upgraded),
            ("odd", Change::Changed),
        ]
    );
    assert!(!report.is_empty());
}

#[test]
fn a_symbol_of_another_library_has_moved_and_private_ones_do_not_count() {
    let image = |symbols: &[(&str, &[&str])]| {
        let mut image = fixture::image("a", vec![fixture::layer("a", Vec::new())]);
        for (soname, exports) in symbols {
            let mut library = fixture::library(soname, soname);
            library.exports = exports.iter().map(|name| (*name).to_owned()).collect();
            image.layers[0].libraries.push(library);
        }
        Contents::Image(image)
    };
    let old = image(&[
        ("libc.so.6", &["malloc@GLIBC_2"]),
        (
            "libpthread.so.0",
            &["fork@GLIBC_2", "gone@GLIBC_2", "x@GLIBC_PRIVATE"],
        ),
        ("libsame.so", &["y@GLIBC_PRIVATE"]),
    ]);
    let new = image(&[
        ("libc.so.6", &["fork@GLIBC_2", "malloc@GLIBC_2"]),
        ("libpthread.so.0", &["stub@GLIBC_2"]),
        ("libsame.so", &["z@GLIBC_PRIVATE"]),
    ]);
    let report = fixture::plain(&old, &new);
    let libraries = &report.images[0].libraries;
    let names: Vec<_> = libraries.iter().map(|library| &*library.soname).collect();
    assert_eq!(names, ["libpthread.so.0", "libc.so.6"]);
    assert_eq!(libraries[0].removed_symbols, ["gone@GLIBC_2"]);
    assert_eq!(libraries[0].moved_symbols, ["fork@GLIBC_2"]);
    assert_eq!(libraries[1].added_symbols, ["fork@GLIBC_2"]);
}
