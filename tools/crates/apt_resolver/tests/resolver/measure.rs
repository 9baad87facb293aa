//! Measures the time of a resolution:
//!
//! `RESOLVER_INDEXES=… cargo test --release -p apt_resolver --test resolver measure -- --ignored --nocapture`

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use apt_resolver::{resolve, Request, Scope, SourceInfo, Universe};

const SETS: [(&str, &str); 4] = [
    (
        "cc",
        "base-files netbase tzdata media-types ca-certificates libc6 libc-bin libssl3 libgcc-s1",
    ),
    ("about a hundred", "python3 nginx openjdk-17-jre-headless"),
    (
        "mid",
        "python3 openjdk-17-jre-headless nginx postgresql-15 ffmpeg",
    ),
    ("big", "task-gnome-desktop libreoffice texlive-full"),
];

#[test]
#[ignore = "it measures"]
fn measure() {
    let Some(directory) = std::env::var_os("RESOLVER_INDEXES") else {
        eprintln!("skipped: RESOLVER_INDEXES is not set");
        return;
    };
    let texts: Vec<(&str, String)> = ["bookworm", "bookworm-updates", "bookworm-security"]
        .map(|suite| {
            let file = Path::new(&directory).join(suite).join("amd64.Packages");
            (suite, fs::read_to_string(file).unwrap())
        })
        .into();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let (scan, universe) = best(|| scan(&texts));
    eprintln!("scan: {:.1} ms for {:.1} MB", ms(scan), bytes as f64 / 1e6);
    for (name, words) in SETS {
        let request = Request::read(words.split(' ')).unwrap();
        // Each run needs a new universe, because parsed paragraphs are cached.
        let (mut first, mut packages) = (Duration::MAX, 0);
        for _ in 0..5 {
            let universe = self::scan(&texts);
            let start = Instant::now();
            packages = resolve(&universe, &request).unwrap().packages.len();
            first = first.min(start.elapsed());
        }
        let (again, _) = best(|| resolve(&universe, &request).unwrap().packages.len());
        eprintln!(
            "{name}: {packages} packages, {:.1} ms, paragraphs read before {:.1} ms",
            ms(first),
            ms(again)
        );
    }
    for words in [
        "task-gnome-desktop libreoffice texlive-full postfix exim4-daemon-light",
        "task-gnome-desktop libreoffice sysvinit-core systemd-sysv nginx",
    ] {
        let request = Request::read(words.split(' ')).unwrap();
        let universe = self::scan(&texts);
        let start = Instant::now();
        let error = resolve(&universe, &request).unwrap_err();
        eprintln!("refused in {:.1} ms: {error}", ms(start.elapsed()));
    }
    let status = fs::read_to_string("/proc/self/status").unwrap();
    eprintln!(
        "{}",
        status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap()
    );
}

fn scan(texts: &[(&str, String)]) -> Universe {
    let mut universe = Universe::new("amd64");
    for (rank, (suite, text)) in texts.iter().enumerate() {
        let name = (*suite).to_owned();
        let source = SourceInfo {
            name,
            rank,
            priority: 500,
        };
        universe
            .add(source, text.clone(), Scope::Everything)
            .unwrap();
    }
    universe
}

fn best<T>(work: impl Fn() -> T) -> (Duration, T) {
    let runs = (0..5).map(|_| {
        let start = Instant::now();
        let result = work();
        (start.elapsed(), result)
    });
    runs.min_by_key(|(time, _)| *time).unwrap()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
