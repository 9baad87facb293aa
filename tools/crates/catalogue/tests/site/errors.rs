//! Messages about input that cannot be used.

use serde_json::json;

use crate::fixture;

#[test]
fn descriptions_are_checked() {
    for (path, value, message) in [
        ("/version", json!(2), "cannot read `site.json`: at `version`: expected 1, found 2"),
        ("/sets/0/name", json!("../x"), "cannot read `site.json`: image `../x-debian12`: expected lower case letters, digits, `-`, `_` and `.` in its name"),
        ("/sets/0/base", json!("javascript:x//"), "cannot read `site.json`: image `javascript:x//`: expected lower case"),
        ("/sets/0/images", json!([]), "cannot read `site.json`: image `static-debian12` has no architecture"),
        ("/sets/1/distro", json!("debian12"), "cannot read `site.json`: image `static-debian12` occurs twice"),
        ("/sets/0/images/0/contents", json!("none"), "cannot read `none`: there is no such file"),
        ("/sets/0/indexes/0/digest", json!("history.json"), "cannot read `history.json`: "),
        ("/history", json!("tracker.json"), "cannot read `tracker.json`: at `"),
        ("/sets/0/base", json!(1), "cannot read `site.json`: at `sets[0].base`: invalid type: integer `1`"),
    ] {
        let mut site = fixture::site();
        *site.description.pointer_mut(path).unwrap() = value;
        let error = site.pages().unwrap_err().to_string();
        assert!(error.starts_with(message), "{path}: {error}");
    }
}
