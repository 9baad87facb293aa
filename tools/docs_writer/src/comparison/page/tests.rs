use super::*;

const VALUES: &str = r#"{
  "version": 1, "date": "2026-11-28", "commit": "0123abcd", "runs": 3,
  "machine": {"processor": "P", "cores": 2, "load": 1.5, "kernel": "6.1", "runc": "1.1.5", "umoci": "0.4.7", "skopeo": "1.9.3"},
  "images": [
    {"name": "base-debian12", "description": "this project", "group": "base", "digest": "sha256:a", "layers": 14,
     "compressed_bytes": 8044191, "unpacked_bytes": 20837693, "files": 1262, "programs": 0, "setuid": 0, "packages": 7,
     "shells": [], "interpreters": [], "package_managers": [], "issues": {"open": 3, "unimportant": 10},
     "unpack_seconds": 0.592, "start_seconds": 0.0421},
    {"name": "alpine", "description": "Alpine 3", "group": "static", "digest": "sha256:c", "layers": 1,
     "compressed_bytes": 1, "unpacked_bytes": 1, "files": 1, "programs": 1, "setuid": 0, "packages": 1,
     "shells": ["ash", "sh"], "interpreters": [], "package_managers": ["apk"], "issues": null,
     "unpack_seconds": 0.1, "start_seconds": 0.1},
    {"name": "slim-base", "description": "on slim", "group": "base", "digest": "sha256:b", "layers": 2,
     "compressed_bytes": 31000000, "unpacked_bytes": 90000000, "files": 5000, "programs": 400, "setuid": 12, "packages": 93,
     "shells": ["bash"], "interpreters": ["perl"], "package_managers": ["apt"], "issues": {"open": 40, "unimportant": 90},
     "unpack_seconds": 2.0, "start_seconds": 0.05}
  ],
  "updates": [
    {"name": "base-debian12", "how": "layers of packages", "packages": [{"package": "libssl3", "old": "1", "new": "2"}],
     "old": {"requests": 17, "bytes": 8044191}, "new": {"requests": 5, "bytes": 2933444}}
  ],
  "published": [{"name": "alpine:3", "digest": "sha256:d", "compressed_bytes": 3849738, "source": "https://site.example/alpine"}],
  "missing": [{"name": "Wolfi", "reason": "not available"}]
}"#;

fn written(values: &str) -> String {
    page(&Comparison::parse("values.json", values.as_bytes()).unwrap())
}

#[test]
fn the_page_has_the_values() {
    let page = written(VALUES);
    for line in [
        "| `base-debian12` | 8.04 | 20.84 | 14 | 7 | 1262 | 0 | 0 |\n| `slim-base` | 31.00 | 90.00 | 2 | 93 | 5000 | 400 | 12 |\n| `alpine` |",
        "| `base-debian12` | none | none | none |",
        "| `alpine` | `ash` `sh` | none | `apk` |",
        "| `alpine:3` | 3.85 | `sha256:d` | [list of the publisher](https://site.example/alpine) |",
        "| `slim-base` | 40 | 90 |",
        "| `base-debian12` | 0.592 | 0.042 |",
        "| `base-debian12` | layers of packages | 8.04 | 17 | 2.93 | 5 |",
        "| `base-debian12` | libssl3 1 → 2 |",
        "| Wolfi | not available |",
        "measured on 2026-11-28 with commit `0123abcd`",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
    assert!(!page.contains("| `alpine` | 0 |"), "{page}");
}

#[test]
fn issues_that_were_not_counted_are_said_to_be_missing() {
    let values = VALUES
        .replace(r#"{"open": 3, "unimportant": 10}"#, "null")
        .replace(r#"{"open": 40, "unimportant": 90}"#, "null");
    let page = written(&values);
    assert!(
        page.contains("## Known issues\n\n**Not measured.**"),
        "{page}"
    );
}

#[test]
fn a_newer_version_is_refused() {
    let values = VALUES.replace(r#""version": 1"#, r#""version": 2"#);
    let error = Comparison::parse("values.json", values.as_bytes()).err();
    assert_eq!(
        error.unwrap().to_string(),
        "cannot read `values.json`: at `version`: expected 1, found 2"
    );
}
