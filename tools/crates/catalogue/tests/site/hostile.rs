//! Texts of packages and images are not markup.

use serde_json::json;

use crate::fixture::{self, image, layer, package, text, tracker};

const SCRIPT: &str = "<script>alert(1)</script>";

#[test]
fn texts_are_escaped() {
    let mut site = fixture::empty();
    let mut hostile = package(
        &format!("a\"'{SCRIPT} 1{SCRIPT}\u{202e} all"),
        SCRIPT,
        "MIT",
        1000,
    );
    hostile.homepage = Some("javascript:alert(1)".to_owned());
    hostile.licenses.expression = Some(SCRIPT.to_owned());
    hostile.section = Some(SCRIPT.to_owned());
    let mut image = image(
        SCRIPT,
        "debian12",
        "amd64",
        vec![layer(SCRIPT, 1000, vec![hostile])],
    );
    image.variant = Some(SCRIPT.to_owned());
    image.created = SCRIPT.to_owned();
    image.settings.entrypoint = vec![SCRIPT.to_owned()];
    image.settings.user = SCRIPT.to_owned();
    image.settings.workdir = SCRIPT.to_owned();
    let key = "com.google.distroless.end-of-life".to_owned();
    image.annotations.insert(key, SCRIPT.to_owned());
    image.locks[0].snapshot = Some(SCRIPT.to_owned());
    site.add_set("static", "debian12", "", vec![("latest", image)]);
    site.description["sets"][0]["family"] = json!(SCRIPT);
    site.description["sets"][0]["summary"] = json!(SCRIPT);
    site.description["sets"][0]["lacks"] = json!({SCRIPT: SCRIPT});
    site.description["sets"][0]["targets"] = json!({"latest": SCRIPT});
    site.description["sets"][0]["aliases"] = json!({"latest": [SCRIPT]});
    site.description["missing"] = json!([{"name": SCRIPT, "distro": SCRIPT, "reason": SCRIPT}]);
    for field in ["title", "vendor", "repository"] {
        site.description[field] = json!(SCRIPT);
    }
    let pages = site.pages().unwrap();
    for path in pages.keys().filter(|path| path.ends_with(".html")) {
        let page = text(&pages, path);
        assert!(!page.contains("<script>"), "{path}");
        assert!(!page.contains("javascript:"), "{path}");
        assert!(!page.contains('\u{202e}'), "{path}");
    }
}

#[test]
fn sizes_may_have_any_value() {
    let mut site = fixture::empty();
    let huge = |id: &str| package(id, "source", "MIT", u64::MAX);
    let layers = vec![
        layer("huge", u64::MAX, vec![huge("a 1 all"), huge("b 1 all")]),
        layer("huge too", u64::MAX, vec![huge("c 1 all")]),
        layer("empty", 0, Vec::new()),
    ];
    site.add_set(
        "static",
        "debian12",
        "",
        vec![("latest", image("static", "debian12", "amd64", layers))],
    );
    site.add_set(
        "none",
        "debian12",
        "none",
        vec![("nonroot", image("none", "debian12", "amd64", Vec::new()))],
    );
    site.pages().unwrap();
}

#[test]
fn a_tracker_without_a_package_is_refused() {
    let mut site = fixture::empty();
    let layers = vec![layer("a", 1, vec![package("a 1 all", "unknown", "MIT", 1)])];
    site.add_set(
        "static",
        "debian12",
        "",
        vec![("latest", image("static", "debian12", "amd64", layers))],
    );
    site.description["tracker"] = json!("tracker.json");
    site.files.insert("tracker.json".to_owned(), tracker());
    let error = site.pages().unwrap_err().to_string();
    assert!(
        error.contains("the lock of the tracker does not cover source package `unknown`"),
        "{error}"
    );
}
