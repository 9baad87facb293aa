//! Assessments, reviews and the gate.

use crate::fixture::{
    amd64, assessed, common, file, image, index, package, reviews, snapshot, OPTIONS,
};
use blob::Digest;
use image_contents::{Contents, Distro, Download};
use proptest::prelude::*;
use tracker::{time, Selection, Snapshot, State};
use vex::{accept, assess, assess_image, assess_index, updates, Reviews, Status};

#[test]
fn what_the_snapshot_does_not_cover() {
    let digest = Digest::of(b"amd64");
    let mut packages = common();
    packages.push(package("zlib1g", "1-1", "zlib", "1-1"));
    packages.push(package("bash", "5-1", "bash", "5-1"));
    let mut image = image("amd64", &packages);
    let error = |image: &_| {
        assess_image(image, &snapshot(), &reviews())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error(&image),
        format!("cannot assess `base:debian12@{digest}`: the lock of the tracker does not cover source package `bash`, `zlib`\nhint: lock the tracker again, with all locks of the image: `debian_lock tracker`")
    );
    image.distro.as_mut().unwrap().codename = Some("trixie".to_owned());
    assert_eq!(
        error(&image),
        format!("cannot assess `base:debian12@{digest}`: the lock of the tracker does not cover release `trixie`, only `bookworm`\nhint: lock the tracker again, with all locks of the image: `debian_lock tracker`")
    );
}

#[test]
fn a_malformed_version() {
    let image = image("amd64", &[package("libssl3", "1-1", "openssl", "1 1")]);
    let error = assess_image(&image, &snapshot(), &reviews()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot assess `base:debian12@{}`: cannot read version `1 1`: it contains a character that is not allowed in versions", image.digest)
    );
}

#[test]
fn an_index_without_images() {
    let mut index = index();
    index.images.clear();
    let error = assess_index(&index, &snapshot(), &reviews()).unwrap_err();
    let name = format!("base:debian12@{}", index.digest);
    assert_eq!(
        error.to_string(),
        format!("cannot assess `{name}`: it has no image")
    );
}

#[test]
fn images_of_other_distributions() {
    let error = |distro: Option<Distro>| {
        let mut image = image("amd64", &common());
        image.distro = distro;
        let error = assess_image(&image, &snapshot(), &reviews()).unwrap_err();
        let start = format!("cannot assess `base:debian12@{}`: ", image.digest);
        error.to_string().replace(&start, "")
    };
    let unknown = "the Debian release of package `libssl3` is unknown: the image has no codename in os-release and no lock";
    assert_eq!(error(None), unknown);
    let debian = image("amd64", &[]).distro.unwrap();
    let nameless = Distro {
        codename: None,
        ..debian.clone()
    };
    assert_eq!(error(Some(nameless)), unknown);
    let other = Distro {
        id: "ubuntu".to_owned(),
        ..debian
    };
    assert_eq!(
        error(Some(other)),
        "it has packages of `ubuntu`, and the tracker has only those of Debian"
    );
    let mut empty = image("amd64", &[]);
    empty.distro = None;
    let assessed = assess(&Contents::Image(empty), &snapshot(), &reviews()).unwrap();
    assert!(assessed[0].assessments.is_empty());
}

/// A package of another release than the image: BusyBox is from one release in all images.
#[test]
fn the_suite_of_a_package_decides_its_release() {
    let document = r#"{"busybox":{"CVE-1":{"releases":{
        "bookworm":{"status":"open"},"trixie":{"status":"resolved","fixed_version":"1:1.37.0-6"}}}}}"#;
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let selection = Selection {
        sources: owned(&["busybox"]),
        releases: owned(&["bookworm", "trixie"]),
    };
    let time = time("2026-11-21T02:34:56Z").unwrap();
    let snapshot = Snapshot::read("x", document.as_bytes(), time, &selection).unwrap();
    let state = |suite: Option<&str>| {
        let mut busybox = package("busybox-static", "1:1.37.0-6", "busybox", "1:1.37.0-6");
        busybox.download = suite.map(|suite| Download {
            sha256: None,
            size: None,
            url: None,
            pool_path: None,
            suite: Some(suite.to_owned()),
            snapshot: None,
        });
        let assessed = assess_image(&image("amd64", &[busybox]), &snapshot, &reviews()).unwrap();
        let assessment = &assessed.assessments[0];
        (assessment.release.clone(), assessment.state.word())
    };
    let (bookworm, trixie) = ("bookworm".to_owned(), "trixie".to_owned());
    assert_eq!(state(None), (bookworm.clone(), "open"));
    assert_eq!(state(Some("vendor")), (bookworm.clone(), "open"));
    assert_eq!(state(Some("bookworm-security")), (bookworm, "open"));
    assert_eq!(state(Some("trixie")), (trixie.clone(), "fixed"));
    assert_eq!(
        state(Some("trixie-updates@2026-07-11T10:16:37Z")),
        (trixie, "fixed")
    );
}

/// Scanners compare packages by name and version. One statement counts, so none may free the package of the other release.
#[test]
fn one_version_in_two_releases_is_free_only_in_both() {
    let document = r#"{"busybox":{
        "CVE-1":{"releases":{"bookworm":{"status":"open"},"trixie":{"status":"resolved","fixed_version":"1"}}},
        "CVE-2":{"releases":{"bookworm":{"status":"resolved","fixed_version":"0"},"trixie":{"status":"resolved","fixed_version":"1"}}}}}"#;
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let selection = Selection {
        sources: owned(&["busybox"]),
        releases: owned(&["bookworm", "trixie"]),
    };
    let time = time("2026-11-21T02:34:56Z").unwrap();
    let snapshot = Snapshot::read("x", document.as_bytes(), time, &selection).unwrap();
    let of = |suite: &str| {
        let mut busybox = package("busybox", "2", "busybox", "2");
        busybox.download = Some(Download {
            sha256: None,
            size: None,
            url: None,
            pool_path: None,
            suite: Some(suite.to_owned()),
            snapshot: None,
        });
        busybox
    };
    let image = image("amd64", &[of("bookworm"), of("trixie")]);
    let assessed = assess_image(&image, &snapshot, &reviews()).unwrap();
    let text = vex::document(&[assessed], &snapshot, &OPTIONS).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let statements = document["statements"].as_array().unwrap().iter();
    let found = statements.map(|statement| {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (
            text(&statement["vulnerability"]["name"]),
            text(&statement["status"]),
        )
    });
    let mut found: Vec<_> = found.collect();
    found.sort();
    let expected = [
        ("CVE-1", "affected"),
        ("CVE-2", "fixed"),
        ("CVE-2", "not_affected"),
    ];
    assert_eq!(
        found,
        expected.map(|(issue, status)| (issue.to_owned(), status.to_owned()))
    );
}

#[test]
fn a_review_counts_only_if_the_image_has_none_of_its_packages() {
    let absent = |index: usize| {
        let assessed = assessed();
        let assessment = assessed[index]
            .assessments
            .iter()
            .find(|assessment| assessment.issue == "CVE-2024-0012");
        assessment.unwrap().absence.is_some()
    };
    let digests: Vec<Digest> = assessed().iter().map(|product| product.digest).collect();
    for (at, digest) in digests.into_iter().enumerate() {
        assert_eq!(absent(at), digest == Digest::of(b"amd64"));
    }
}

/// The status of an issue that is open, in an image with `util-linux` and these files.
fn reviewed(binaries: &[&str], files: &[&str], paths: &[&str]) -> String {
    let review = serde_json::json!([{
        "binaries": binaries, "files": files, "issue": "CVE-2024-0012",
        "reference": "https://a.example", "source": "util-linux",
    }]);
    let reviews = Reviews::parse("reviews.json", &review.to_string()).unwrap();
    let mut libmount = package("libmount1", "1-1", "util-linux", "1-1");
    libmount.entries = paths.iter().map(|path| file(path)).collect();
    let assessed = assess_image(&image("amd64", &[libmount]), &snapshot(), &reviews).unwrap();
    let mut assessments = assessed.assessments.iter();
    let assessment = assessments
        .find(|one| one.issue == "CVE-2024-0012")
        .unwrap();
    match assessment.status() {
        Status::NotAffected(justification) => justification.word().to_owned(),
        status => status.word().to_owned(),
    }
}

#[test]
fn parts_that_reviews_name() {
    let wall = &["usr/bin/wall"][..];
    for (binaries, files, paths, expected) in [
        (&["bsdutils"][..], &[][..], &[][..], "component_not_present"),
        (&["bsdutils", "libmount1"], &[], &[], "affected"),
        (&["libmount1"], &[], &[], "affected"),
        // The image has the package without the file.
        (&[], wall, &["usr/bin/more"], "vulnerable_code_not_present"),
        (&["libmount1"], wall, &[], "vulnerable_code_not_present"),
        (&[], wall, wall, "affected"),
        (&[], wall, &["bin/wall"], "affected"),
        (&[], &["usr/bin/w*"], wall, "affected"),
        // Files decide.
        (&["bsdutils"], wall, wall, "affected"),
        (&["bsdutils"], wall, &[], "component_not_present"),
    ] {
        let found = reviewed(binaries, files, paths);
        assert_eq!(found, expected, "{binaries:?} {files:?} {paths:?}");
    }
}

#[test]
fn malformed_reviews_are_refused() {
    let good = |field: &str, value: &str| {
        let mut review = serde_json::json!({
            "binaries": ["a1"], "issue": "CVE-1", "reference": "https://a.example", "source": "b1",
        });
        review[field] = serde_json::from_str(value).unwrap();
        review.to_string()
    };
    for (text, expected) in [
        (
            "{}".to_owned(),
            "invalid type: map, expected a sequence at line 1 column 0".to_owned(),
        ),
        (
            "[{}]".to_owned(),
            "at `[0]`: missing field `issue` at line 1 column 3".to_owned(),
        ),
        (
            "[] []".to_owned(),
            "trailing characters at line 1 column 4".to_owned(),
        ),
        (
            format!("[{}]", good("binaries", "[]")),
            "at `[0]`: `binaries` and `files` are empty, which proves nothing".to_owned(),
        ),
        (
            format!("[{}]", good("files", "[\"/usr/bin/a\"]")),
            "at `[0]`: `/usr/bin/a` is not a path in an image; expected one like `usr/bin/wall`"
                .to_owned(),
        ),
        (
            format!("[{}]", good("files", "[\"usr/../a\"]")),
            "at `[0]`: `usr/../a` is not a path in an image; expected one like `usr/bin/wall`"
                .to_owned(),
        ),
        (
            format!("[{}]", good("files", "[\"usr/bin/*\"]")),
            "at `[0]`: `usr/bin/*` does not name a file".to_owned(),
        ),
        (
            format!("[{}]", good("binaries", "[\"A b\"]")),
            "at `[0]`: cannot read package name `A b`: ".to_owned(),
        ),
        (
            format!("[{}]", good("issue", "\"CVE 1\"")),
            "at `[0]`: `CVE 1` is not the name of an issue".to_owned(),
        ),
        (
            format!("[{}]", good("reference", "\"http://a.example\"")),
            "at `[0]`: `reference` is `http://a.example`; expected a URL with https".to_owned(),
        ),
        (
            format!("[{}]", good("by", "1")),
            "at `[0].by`: unknown field `by`, expected one of ".to_owned(),
        ),
        (
            format!("[{0},{0}]", good("issue", "\"CVE-1\"")),
            "at `[1]`: a second review of CVE-1 in b1".to_owned(),
        ),
    ] {
        let message = Reviews::parse("reviews.json", &text)
            .unwrap_err()
            .to_string();
        let expected = format!("cannot read reviews `reviews.json`: {expected}");
        assert!(message.starts_with(&expected), "{message}\n{expected}");
    }
}

#[test]
fn the_gate_names_all_updates() {
    let updates = updates(&assessed());
    assert_eq!(updates.len(), 1);
    let update = &updates[0];
    assert_eq!(update.to.to_string(), "3.0.16-1~deb12u2");
    assert_eq!(
        update.suites.iter().collect::<Vec<_>>(),
        ["bookworm-security"]
    );
    assert_eq!(
        update.packages.iter().collect::<Vec<_>>(),
        ["libssl3", "openssl"]
    );
    let error = accept("//base:debian12", &assessed()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot accept `//base:debian12`: Debian has fixed: CVE-2024-0001, CVE-2024-0002 in openssl 3.0.16-1~deb12u2 (found 3.0.15-1~deb12u1)\n\
         hint: lock the packages again (`bazel run @debian12//:lock`), to get openssl 3.0.16-1~deb12u2 or later; for the lock of another module, use a newer version of it"
    );
}

#[test]
fn the_gate_accepts_issues_without_a_fix() {
    let mut packages = common();
    packages.retain(|package| package.source.name != "openssl");
    packages.push(package(
        "libssl3",
        "3.0.16-1~deb12u2",
        "openssl",
        "3.0.16-1~deb12u2",
    ));
    let assessed = assess_image(&image("amd64", &packages), &snapshot(), &reviews()).unwrap();
    assert!(accept("x", std::slice::from_ref(&assessed)).is_ok());
    let affected = |status| matches!(status, Status::Affected { .. });
    assert!(assessed
        .assessments
        .iter()
        .any(|one| affected(one.status())));
    assert!(accept("x", &[]).is_ok());
}

const VERSION: &str = "([0-2]:)?[0-9][a-b0-1.+~]{0,4}(-[0-1a.+~]{1,3})?";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The gate, the status and the state agree, for any version of openssl.
    #[test]
    fn the_gate_agrees_with_the_states(version in VERSION) {
        let packages = [package("libssl3", &version, "openssl", &version)];
        let assessed = assess_image(&image("amd64", &packages), &snapshot(), &reviews()).unwrap();
        let newer = assessed.assessments.iter();
        let newer = newer.filter(|one| matches!(one.state, State::FixedInNewer { .. })).count();
        prop_assert_eq!(accept("x", std::slice::from_ref(&assessed)).is_err(), newer > 0);
        let issues: usize = updates(&[assessed]).iter().map(|update| update.issues.len()).sum();
        prop_assert_eq!(issues, newer);
    }
}

#[test]
fn not_affected_is_stated_only_with_proof() {
    for assessment in amd64().assessments {
        let proven = assessment.state == State::NotAffected || assessment.absence.is_some();
        let stated = matches!(assessment.status(), Status::NotAffected(_));
        assert_eq!(stated, proven, "{}", assessment.issue);
    }
}
