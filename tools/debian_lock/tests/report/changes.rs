use serde_json::Value;

use crate::repositories::{Distro, NEW};

/// The time at which reports are made.
const NOW: &str = "2026-07-13T00:00:00Z";

const REPORT: &str = "\
2 source packages in 1 lock changed, 1 of them with a security update; 3 issues fixed; 2 images changed.

## debian12

Packages of 2026-07-12T10:16:37Z (before: 2026-07-11T10:16:37Z).

| source package | packages | change | suite | fixed issues |
| --- | --- | --- | --- | --- |
| `openssl` | `libssl3` (amd64 arm64), `openssl` (amd64 arm64) | 3.0.1-1 → 3.0.1-1+deb12u1 | bookworm-security | CVE-2026-1111 (changelog), CVE-2026-2222 (changelog) |
| `netbase` | `netbase` (amd64 arm64) | 6.4 → 6.5 | bookworm | CVE-2026-7777 (changelog) |

## Images

| image | tags | architectures | because of |
| --- | --- | --- | --- |
| `static-debian12` | latest, nonroot | amd64 arm64 | netbase 6.4 → 6.5 |
| `base-debian12` | latest | amd64 | libssl3 3.0.1-1 → 3.0.1-1+deb12u1, netbase 6.4 → 6.5 |

Each image has the time of its lock as creation time: the digests of all images of these locks change.

## Changelogs

<details><summary>openssl (debian12)</summary>

```text
3.0.1-1+deb12u1 bookworm-security; urgency=high

* Fix CVE-2026-1111 and CVE-2026-2222.
```

</details>

<details><summary>netbase (debian12)</summary>

```text
6.5 bookworm; urgency=medium

* Add `https` to /etc/services. <b>Not</b> CVE-2026-7777.
```

</details>
";

#[test]
fn a_report_in_markdown() {
    let distro = Distro::new();
    distro.serve(&NEW);
    let options = [
        "--images",
        "images.json",
        "--report",
        "report.md",
        "--now",
        NOW,
    ];
    let run = distro.update(&options);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(distro.world.read("report.md"), REPORT);
    let again = distro.update(&options);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(
        distro.world.read("report.md"),
        "The locks are up to date.\n"
    );
}

#[test]
fn a_report_in_json() {
    let distro = Distro::new();
    distro.serve(&NEW);
    let before = distro.lock();
    let options = [
        "--check",
        "--exit-code",
        "--json",
        "report.json",
        "--images",
        "images.json",
    ];
    let run = distro.update(&options);
    assert_eq!(run.code, 10, "{}", run.stderr);
    assert!(
        run.stdout.contains("libssl3 amd64 arm64: 3.0.1-1 "),
        "{}",
        run.stdout
    );
    assert_eq!(distro.lock(), before);
    let report: Value = serde_json::from_str(&distro.world.read("report.json")).unwrap();
    assert_eq!(
        (&report["version"], &report["changed"]),
        (&1.into(), &true.into())
    );
    let openssl = &report["distros"][0]["sources"][0];
    assert_eq!(openssl["is_security"], true);
    assert_eq!(openssl["packages"][0]["change"], "upgraded");
    assert_eq!(openssl["changelog"]["is_complete"], true);
    assert_eq!(report["images"][1]["is_security"], true);
    assert_eq!(report["images"][0]["is_security"], false);
}

#[test]
fn security_first_then_the_rest() {
    let distro = Distro::new();
    distro.serve(&NEW);
    let run = distro.update(&["--security", "--exit-code"]);
    assert_eq!(run.code, 10, "{}", run.stderr);
    let lock = distro.lock();
    assert!(lock.contains("\"version\": \"3.0.1-1+deb12u1\""), "{lock}");
    assert!(lock.contains("\"version\": \"6.4\""), "{lock}");
    let again = distro.update(&["--security", "--exit-code"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(distro.lock(), lock);
    let rest = distro.update(&["--exit-code", "--report", "report.md", "--no-changelogs"]);
    assert_eq!(rest.code, 10, "{}", rest.stderr);
    let report = distro.world.read("report.md");
    assert!(
        report.starts_with("1 source package in 1 lock changed.\n"),
        "{report}"
    );
    assert_eq!(distro.update(&["--exit-code"]).code, 0);
}

#[test]
fn without_a_file_no_package_is_downloaded() {
    let distro = Distro::new();
    distro.serve(&NEW);
    distro.server.requests();
    assert_eq!(distro.update(&["--check", "--exit-code"]).code, 10);
    let requests = distro.server.requests();
    assert!(
        requests.iter().all(|path| !path.ends_with(".deb")),
        "{requests:?}"
    );
}

/// A lock of the tracker: one issue that the update fixes, one that was fixed before, and one that stays open.
const TRACKER: &str = r#"{
  "document": {"sha256":"4785b492fca4d9eaa823fec8a2632b81292c17d5aa51d74210b3c756903fcfa8","size":1372,"time":"2026-07-12T02:34:56Z"},
  "releases": ["bookworm"],
  "sources": {
    "openssl": {
      "CVE-2026-0001": {"releases":{"bookworm":{"fixed_version":"3.0.0-1","repositories":{"bookworm":"3.0.1-1"},"status":"resolved"}}},
      "CVE-2026-1111": {"releases":{"bookworm":{"fixed_version":"3.0.1-1+deb12u1","repositories":{"bookworm":"3.0.1-1","bookworm-security":"3.0.1-1+deb12u1"},"status":"resolved"}}},
      "CVE-2026-3333": {"releases":{"bookworm":{"repositories":{"bookworm":"3.0.1-1"},"status":"open","urgency":"low"}}}
    }
  },
  "version": 1
}
"#;

#[test]
fn issues_that_the_tracker_lists_as_fixed() {
    let distro = Distro::new();
    distro.serve(&NEW);
    distro.world.write("tracker.json", TRACKER);
    let run = distro.update(&["--json", "report.json", "--tracker", "tracker.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report: Value = serde_json::from_str(&distro.world.read("report.json")).unwrap();
    let fixes = &report["distros"][0]["sources"][0]["fixes"];
    assert_eq!(
        fixes.to_string(),
        r#"[{"issue":"CVE-2026-1111","named_by":"tracker"},{"issue":"CVE-2026-2222","named_by":"changelog"}]"#
    );
    let other = TRACKER.replace("bookworm", "trixie");
    distro.world.write("tracker.json", &other);
    let run = distro.update(&["--report=report.md", "--tracker=tracker.json"]);
    assert!(
        run.stderr.contains(
            "warning: debian12: the lock of the security tracker does not have its release\n"
        ),
        "{}",
        run.stderr
    );
}
