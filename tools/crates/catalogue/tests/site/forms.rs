//! The pages as golden files. `UPDATE_GOLDEN=1 cargo test -p catalogue` writes them. `WRITE_SITE=DIRECTORY` also writes
//! the whole small site, to look at it.

use crate::fixture::{self, text};

const GOLDENS: [(&str, &str); 7] = [
    ("catalogue.json", include_str!("expected/catalogue.json")),
    ("changes.html", include_str!("expected/changes.html")),
    ("distros.html", include_str!("expected/distros.html")),
    (
        "images/base-debian12.html",
        include_str!("expected/base-debian12.html"),
    ),
    ("index.html", include_str!("expected/index.html")),
    ("licences.html", include_str!("expected/licences.html")),
    ("packages.html", include_str!("expected/packages.html")),
];

#[test]
fn golden_files() {
    let pages = fixture::site().pages().unwrap();
    if let Some(directory) = std::env::var_os("WRITE_SITE") {
        for (path, bytes) in &pages {
            let file = std::path::Path::new(&directory).join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bytes).unwrap();
        }
    }
    for (path, expected) in GOLDENS {
        let found = text(&pages, path);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let name = path.rsplit('/').next().unwrap();
            let file = format!("{}/tests/site/expected/{name}", env!("CARGO_MANIFEST_DIR"));
            std::fs::write(file, found).unwrap();
        } else {
            assert_eq!(found, expected, "{path}");
        }
    }
}

#[test]
fn equal_input_gives_equal_bytes() {
    let site = fixture::site();
    assert!(site.pages().unwrap() == site.pages().unwrap());
}

#[test]
fn pages_say_what_they_do_not_know() {
    let mut site = fixture::site();
    let description = site.description.as_object_mut().unwrap();
    description.remove("tracker");
    description.remove("history");
    let pages = site.pages().unwrap();
    let page = text(&pages, "images/base-debian12.html");
    assert!(
        page.contains("without a lock of Debian’s security tracker"),
        "{page}"
    );
    assert!(page.contains("without a history"), "{page}");
    assert!(text(&pages, "changes.html").contains("without a history"));
}

#[test]
fn an_index_that_cannot_be_built_has_no_digest() {
    let mut site = fixture::site();
    site.description["sets"][2]["indexes"] = serde_json::json!([]);
    let pages = site.pages().unwrap();
    let page = text(&pages, "images/base-debian12.html");
    assert!(
        page.contains("could not build the images for all architectures"),
        "{page}"
    );
    assert!(!page.contains("rules_oci"), "{page}");
}
