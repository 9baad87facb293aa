//! A workspace with a lock of packages and a document of the tracker.

use http_fixture::{Reply, Service};

use crate::support::{Run, World};

/// A document in the tracker's form. Its issues are invented.
pub(crate) const DOCUMENT: &str = r#"{
"netbase": {"CVE-2024-0001": {"description": "Invented.", "releases": {
  "bookworm": {"status": "open", "repositories": {"bookworm": "6.4"}},
  "trixie": {"status": "open"}}}},
"linux": {"CVE-2024-0002": {"releases": {"bookworm": {"status": "open"}}}}
}"#;

/// The same document after a fix.
pub(crate) fn fixed() -> String {
    DOCUMENT.replacen(
        r#"{"status": "open", "repositories": {"bookworm": "6.4"}}"#,
        r#"{"status": "resolved", "fixed_version": "6.4+deb12u1", "repositories": {"bookworm": "6.4"}}"#,
        1,
    )
}

pub(crate) const TIME: &str = "2026-11-21T02:34:56Z";

const LOCK: &str = r#"{
  "architectures": ["amd64"],
  "distro": "debian12",
  "packages": {
    "netbase": {
      "all": {
        "depends": [], "filename": "pool/main/n/netbase/netbase_6.4_all.deb", "reason": "requested",
        "sha256": "29b23c48c0fe6f878e56c5ddc9f65d1c05d729360f3690a593a8c795031cd867",
        "size": 12808, "source": "netbase", "source_version": "6.4", "suite": "bookworm", "version": "6.4"
      }
    }
  },
  "snapshot": "2026-11-20T00:12:41Z",
  "sources": {
    "bookworm": {
      "archive": "debian", "components": ["main"], "date": "2026-11-20T00:12:41Z", "indexes": {},
      "inrelease_sha256": "29b23c48c0fe6f878e56c5ddc9f65d1c05d729360f3690a593a8c795031cd867",
      "signed_by": [], "unverified": {}, "valid_until": null
    }
  },
  "version": 1
}
"#;

/// A workspace with `debian12.lock.json` and `document.json`.
pub(crate) fn world() -> World {
    let world = World::new("http://127.0.0.1:1/debian");
    world.write("debian12.lock.json", LOCK);
    world.write("document.json", DOCUMENT);
    world
}

/// Runs `debian_lock tracker` with the lock of packages and these options.
pub(crate) fn tracker(world: &World, options: &[&str]) -> Run {
    let mut arguments = vec!["tracker", "--lock", "debian12.lock.json"];
    arguments.extend(["--output", "tracker.json", "--attempts", "1"]);
    arguments.extend(options);
    world.run(&arguments)
}

/// Locks the file `document.json`.
pub(crate) fn lock_file(world: &World) -> String {
    let run = tracker(world, &["--file", "document.json", "--time", TIME]);
    assert_eq!((run.code, &*run.stdout), (0, ""), "{}", run.stderr);
    world.read("tracker.json")
}

/// A server of one document, with these headers.
pub(crate) fn service(document: &str, headers: &[&str]) -> Service {
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let body = document.as_bytes().to_vec();
    Service::new(move |_| Reply {
        status: 200,
        headers: headers.clone(),
        body: body.clone(),
    })
}
