//! Time and memory of a document as large as the tracker's. By hand:
//! `cargo test --profile tools -p tracker --test large -- --ignored --nocapture`

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::Cursor;
use std::time::Instant;

use tracker::{time, Selection, Snapshot};

/// 4,000 source packages with 30 issues each, about 60 MB.
fn document() -> String {
    let description = "A flaw in the parser allows an attacker to read memory. ".repeat(3);
    let mut text = String::from("{");
    for source in 0..4000 {
        let _ = write!(
            text,
            "{}\"source{source}\":{{",
            if source == 0 { "" } else { "," }
        );
        for issue in 0..30 {
            let comma = if issue == 0 { "" } else { "," };
            let _ = write!(
                text,
                r#"{comma}"CVE-2024-{source:04}{issue}":{{"description":"{description}","scope":"remote","releases":{{"#
            );
            for (at, release) in ["bullseye", "bookworm", "trixie"].iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                let _ = write!(
                    text,
                    r#"{comma}"{release}":{{"status":"resolved","repositories":{{"{release}":"1.2-3"}},"fixed_version":"1.2-{issue}","urgency":"not yet assigned"}}"#
                );
            }
            text.push_str("}}");
        }
        text.push('}');
    }
    text.push('}');
    text
}

#[test]
#[ignore = "a measurement"]
fn time_and_memory() {
    let document = document();
    println!("document: {} MB", document.len() >> 20);
    let memory = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
            >> 10
    };
    let before = memory();
    let selection = Selection {
        sources: (0..300).map(|n| format!("source{}", n * 13)).collect(),
        releases: ["bookworm".to_owned()].into(),
    };
    let started = Instant::now();
    let reader = Cursor::new(document.as_bytes());
    let snapshot = Snapshot::read(
        "x",
        reader,
        time("2026-11-21T02:34:56Z").unwrap(),
        &selection,
    )
    .unwrap();
    println!(
        "read: {:?}, memory grew by {} MB",
        started.elapsed(),
        memory() - before
    );
    let started = Instant::now();
    let text = snapshot.to_json().unwrap();
    println!("write: {:?}, {} KB", started.elapsed(), text.len() >> 10);
    let started = Instant::now();
    assert_eq!(Snapshot::parse("x", &text).unwrap(), snapshot);
    println!("parse: {:?}", started.elapsed());
}
