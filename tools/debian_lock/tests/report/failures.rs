use http_fixture::Fault;

use crate::repositories::{Distro, NEW};

/// The error of a run that must write nothing.
fn error(distro: &Distro, options: &[&str]) -> String {
    let before = distro.lock();
    let options = [options, &["--report", "report.md", "--exit-code"]].concat();
    let run = distro.update(&options);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(distro.lock(), before);
    assert!(!distro.world.path("report.md").exists());
    let start = run.stderr.find("error: ").unwrap();
    run.stderr[start..].trim_end().to_owned()
}

#[test]
fn a_failure_leaves_everything_as_it_was() {
    let distro = Distro::new();
    distro.serve(&NEW);
    distro
        .server
        .fail("bookworm-security/InRelease", Fault::Status(404, u32::MAX));
    let message = error(&distro, &[]);
    assert!(message.contains("bookworm-security"), "{message}");
}

#[test]
fn wrong_files_and_options() {
    let distro = Distro::new();
    distro.serve(&NEW);
    distro.world.write(
        "broken.json",
        "{\"version\": 1, \"images\": [{\"name\": 7}]}",
    );
    distro
        .world
        .write("newer.json", "{\"version\": 2, \"images\": []}");
    for (options, message) in [
        (["--images", "broken.json"], "error: cannot read image list `broken.json`: at `images[0].name`: invalid type: integer `7`, expected a string at line 1 column 36"),
        (["--images", "newer.json"], "error: cannot read image list `newer.json`: expected version 1, found 2"),
        (["--distro", "debian13"], "error: cannot use --distro `debian13`: expected one of debian12"),
    ] {
        assert_eq!(error(&distro, &options), message);
    }
}

#[test]
fn a_changelog_that_is_unavailable_is_noted() {
    let distro = Distro::new();
    distro.serve(&NEW);
    distro
        .server
        .fail("netbase_6.5_all.deb", Fault::Status(404, u32::MAX));
    let run = distro.update(&["--report", "report.md"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = distro.world.read("report.md");
    let start = "<details><summary>netbase (debian12)</summary>\n\nNot available: cannot download \\`pool/main/n";
    assert!(report.contains(start), "{report}");
}
