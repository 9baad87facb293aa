use crate::repositories::{Distro, OLD};

/// The warnings of a run at a time, in which no lock changes.
fn warnings(now: &str) -> Vec<String> {
    let distro = Distro::new();
    distro.serve(&OLD);
    let run = distro.update(&[
        "--report=report.md",
        "--max-age=7",
        "--end-of-security=debian12=2026-06-10",
        "--end-of-life=debian12=2028-06-30",
        "--end-of-life=debian13=2020-01-01",
        "--now",
        now,
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = run.stderr.lines();
    let warnings = lines.filter_map(|line| line.strip_prefix("warning: "));
    let warnings: Vec<String> = warnings.map(str::to_owned).collect();
    let report = distro.world.read("report.md");
    assert_eq!(report.matches("\n- ").count(), warnings.len(), "{report}");
    warnings
}

#[test]
fn ends_of_support_and_old_locks() {
    assert_eq!(
        warnings("2026-07-18T23:00:00Z"),
        ["debian12: support by the security team ended on 2026-06-10"]
    );
    assert_eq!(
        warnings("2028-06-01T00:00:00Z"),
        [
            "debian12: long-term support ends on 2028-06-30, in 29 days",
            "debian12: the newest signed Release of the lock is of 2026-07-11, 691 days ago; expected at most 7 days",
        ]
    );
    assert_eq!(
        warnings("2028-07-01T00:00:00Z")[0],
        "debian12: long-term support ended on 2028-06-30"
    );
}
