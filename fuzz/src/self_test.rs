//! Whether faults are found at all: targets with one each, which a run must report.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use crate::targets::Target;
use crate::{parent, Options};

/// A target with a fault, and the start of the expected report.
struct Seeded {
    target: Target,
    report: &'static str,
}

const SEEDED: [Seeded; 6] = [
    seeded("self_test_sound", "self_test_sound ", |_| Ok(())),
    seeded(
        "self_test_panic",
        "FAULT self_test_panic panic at ",
        |input| {
            black_box(input[input.len()]);
            Ok(())
        },
    ),
    seeded(
        "self_test_property",
        "FAULT self_test_property property: seeded",
        |_| Err("seeded".to_owned()),
    ),
    seeded(
        "self_test_memory",
        "FAULT self_test_memory memory: ",
        |_| {
            black_box(vec![1_u8; 300 << 20]);
            Ok(())
        },
    ),
    seeded("self_test_hang", "FAULT self_test_hang hang ", |_| loop {
        black_box(0);
    }),
    seeded("self_test_crash", "FAULT self_test_crash crash ", |_| {
        thread::sleep(Duration::from_millis(10));
        std::process::abort()
    }),
];

const fn seeded(
    name: &'static str,
    report: &'static str,
    run: fn(&[u8]) -> crate::targets::Outcome,
) -> Seeded {
    let target = Target {
        name,
        seeds: "deb_names",
        words: &[],
        repair: |_| {},
        run,
    };
    Seeded { target, report }
}

/// The targets with a fault, which no ordinary run has.
pub(crate) fn targets() -> impl Iterator<Item = &'static Target> {
    const ALL: &[Seeded] = &SEEDED;
    ALL.iter().map(|seeded| &seeded.target)
}

/// Runs them. Returns the number of faults that were not reported correctly.
pub(crate) fn run(options: &Options) -> Result<usize, String> {
    let place = parent::Place::new()?;
    let scratch =
        tempfile::tempdir().map_err(|error| format!("cannot make a directory: {error}"))?;
    let seeds = scratch.path().join("seeds/deb_names");
    std::fs::create_dir_all(&seeds)
        .and_then(|()| std::fs::write(seeds.join("a"), "seed"))
        .map_err(|error| format!("cannot write the seed: {error}"))?;
    let options = Options {
        seconds: 1,
        milliseconds: 500,
        directory: scratch.path().to_owned(),
        ..options.clone()
    };
    let mut wrong = 0;
    for Seeded { target, report } in &SEEDED {
        let ran = parent::outcome(target.name, &options, &place)?;
        let is_found = ran.text.starts_with(report) && ran.passed != report.starts_with("FAULT");
        if !is_found {
            println!("{} is not reported: {}", target.name, ran.text);
            wrong += 1;
        }
    }
    println!("{} seeded targets, {wrong} not reported", SEEDED.len());
    Ok(wrong)
}
