use std::fs;

use blob::Digest;

use crate::world::{fixed, lock_file, service, tracker, world, DOCUMENT, TIME};

#[test]
fn a_lock_of_the_packages_and_releases() {
    let world = world();
    let sha256 = Digest::of(DOCUMENT.as_bytes()).hex();
    let size = DOCUMENT.len();
    let expected = format!(
        r#"{{
  "document": {{"sha256":"{sha256}","size":{size},"time":"{TIME}"}},
  "releases": ["bookworm"],
  "sources": {{
    "netbase": {{
      "CVE-2024-0001": {{"description":"Invented.","releases":{{"bookworm":{{"repositories":{{"bookworm":"6.4"}},"status":"open"}}}}}}
    }}
  }},
  "version": 1
}}
"#
    );
    assert_eq!(lock_file(&world), expected);
    let run = tracker(&world, &["--file", "document.json"]);
    assert_eq!(
        (run.code, &*run.stderr),
        (
            0,
            "tracker.json: no change\n2026-11-21T02:34:56Z of bookworm: source packages: 1, issues: 1\n"
        )
    );
    let sha256 = ["--file", "document.json", "--sha256", &sha256];
    assert_eq!(tracker(&world, &sha256).code, 0);
}

#[test]
fn changes_are_reported() {
    let world = world();
    let before = lock_file(&world);
    world.write("document.json", &fixed());
    let later = ["--file", "document.json", "--time", "2026-11-22T00:00:00Z"];
    let run = tracker(&world, &[&later[..], &["--check"]].concat());
    let changes = "tracker.json:\n  document: 2026-11-21T02:34:56Z → 2026-11-22T00:00:00Z\n  netbase CVE-2024-0001: bookworm: open → fixed in 6.4+deb12u1\n";
    assert_eq!((run.code, &*run.stdout), (1, changes));
    let end = "error: cannot confirm `tracker.json`: it is out of date\nhint: run the same command without `--check`\n";
    assert!(run.stderr.ends_with(end), "{}", run.stderr);
    assert_eq!(world.read("tracker.json"), before);
    let run = tracker(&world, &later);
    assert!(run.stderr.starts_with(changes), "{}", run.stderr);
    let run = tracker(&world, &[&later[..], &["--check"]].concat());
    assert_eq!((run.code, &*run.stdout), (0, ""), "{}", run.stderr);
}

#[test]
fn the_time_that_a_server_states() {
    let modified = "Last-Modified: Sat, 21 Nov 2026 02:34:56 GMT";
    let date = "Date: Sat, 21 Nov 2026 03:00:00 GMT";
    for (headers, time) in [
        (&[modified, date][..], TIME),
        (&[date], "2026-11-21T03:00:00Z"),
    ] {
        let world = world();
        let server = service(DOCUMENT, headers);
        let run = tracker(&world, &["--url", &server.url()]);
        assert_eq!((run.code, &*run.stdout), (0, ""), "{}", run.stderr);
        let lock = world.read("tracker.json");
        assert!(lock.contains(&format!("\"time\":\"{time}\"")), "{lock}");
        let files = std::fs::read_dir(world.path("")).unwrap();
        assert_eq!(files.count(), 5, "no temporary file stays");
        // The same document keeps its time.
        let server = service(DOCUMENT, &["Date: Sun, 22 Nov 2026 03:00:00 GMT"]);
        let run = tracker(&world, &["--url", &server.url(), "--check"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
}

#[test]
fn releases_by_name() {
    let world = world();
    let options = ["--release", "trixie", "--release", "trixy"];
    let file = ["--file", "document.json", "--time", TIME];
    let run = tracker(&world, &[&file[..], &options].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stderr,
        "warning: the tracker has no record of release `trixy` for these packages\n\
         tracker.json: new\n2026-11-21T02:34:56Z of trixie, trixy: source packages: 1, issues: 1\n"
    );
    assert!(world
        .read("tracker.json")
        .contains(r#""releases": ["trixie","trixy"]"#));
}

/// Other packages are skipped.
#[test]
fn other_packages_are_not_kept() {
    let world = world();
    let filler = format!(r#"{{"CVE-1":{{"description":"{}"}}}}"#, "x".repeat(1 << 20));
    let fillers: Vec<String> = (0..8).map(|n| format!(r#""p{n}":{filler}"#)).collect();
    let document = DOCUMENT.replacen('{', &format!("{{{},", fillers.join(",")), 1);
    let server = service(&document, &["Last-Modified: Sat, 21 Nov 2026 02:34:56 GMT"]);
    let run = tracker(&world, &["--url", &server.url()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains(": 8.4 MB in "), "{}", run.stderr);
    assert!(world.read("tracker.json").len() < 600);
}

#[test]
fn under_bazel_run_a_lock_of_another_module() {
    let mut world = world();
    fs::create_dir_all(world.path("workspace")).unwrap();
    world.write("workspace/document.json", DOCUMENT);
    let workspace = world.path("workspace").to_str().unwrap().to_owned();
    world.set("BUILD_WORKSPACE_DIRECTORY", &workspace);
    let arguments = [
        "tracker",
        "--lock=other/debian12.lock.json",
        "--output=tracker.json",
        "--file=document.json",
        "--time=2026-11-21T02:34:56Z",
    ];
    let run = world.run(&arguments);
    assert_eq!(run.code, 1, "{}", run.stderr);
    world.set("DEBIAN_LOCK_DATA", "_main/a.json\nother/debian12.lock.json");
    let run = world.run(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(world.path("workspace/tracker.json").is_file());
}
