//! Assessments, reviews and the gate.

use crate::fixture::{amd64, assessed, common, image, index, package, reviews, snapshot};
use blob::Digest;
use proptest::prelude::*;
use tracker::State;
use vex::{accept, assess_image, assess_index, updates, Reviews, Status};

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
        format!("cannot assess `base@{digest}`: the snapshot does not cover source packages `bash`, `zlib`\nhint: update the lock of the tracker")
    );
    image.release = "trixie".to_owned();
    assert_eq!(
        error(&image),
        format!("cannot assess `base@{digest}`: the snapshot does not cover release `trixie`, only: bookworm\nhint: update the lock of the tracker")
    );
}

#[test]
fn a_malformed_version() {
    let image = image("amd64", &[package("libssl3", "1-1", "openssl", "1 1")]);
    let error = assess_image(&image, &snapshot(), &reviews()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot assess `base@{}`: cannot read version `1 1`: it contains a character that is not allowed in versions", image.digest)
    );
}

#[test]
fn indexes_that_contradict_themselves() {
    let error = |index: &_| {
        assess_index(index, &snapshot(), &reviews())
            .unwrap_err()
            .to_string()
    };
    let mut index = index();
    let name = format!("base@{}", index.digest);
    index.images[0].release = "trixie".to_owned();
    assert_eq!(
        error(&index),
        format!("cannot assess `{name}`: its images have several Debian releases")
    );
    index.images.clear();
    assert_eq!(
        error(&index),
        format!("cannot assess `{name}`: it has no image")
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
        assessment.unwrap().absent.is_some()
    };
    let digests: Vec<Digest> = assessed().iter().map(|product| product.digest).collect();
    for (at, digest) in digests.into_iter().enumerate() {
        assert_eq!(absent(at), digest == Digest::of(b"amd64"));
    }
    assert!(reviews().unused(&assessed()).is_empty());
    assert_eq!(reviews().unused(&[]).len(), 1);
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
            "at `[0]`: missing field `binaries` at line 1 column 3".to_owned(),
        ),
        (
            "[] []".to_owned(),
            "trailing characters at line 1 column 4".to_owned(),
        ),
        (
            format!("[{}]", good("binaries", "[]")),
            "at `[0]`: `binaries` is empty, which proves nothing".to_owned(),
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
         hint: lock the packages again, to get openssl 3.0.16-1~deb12u2 or later"
    );
}

#[test]
fn the_gate_accepts_issues_without_a_fix() {
    let mut packages = common();
    packages.retain(|package| package.source != "openssl");
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
        .any(|one| affected(one.status("bookworm"))));
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
        let proven = assessment.state == State::NotAffected || assessment.absent.is_some();
        let stated = matches!(assessment.status("bookworm"), Status::NotAffected(_));
        assert_eq!(stated, proven, "{}", assessment.issue);
    }
}
