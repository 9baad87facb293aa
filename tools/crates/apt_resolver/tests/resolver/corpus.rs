//! Scenarios from the real repository, reduced to the relevant paragraphs and fields, with the answer of apt-get 2.6.1.
//!
//! A file begins with `# requested: …` and `# apt: NAME=VERSION …` (or `# apt: cannot`). `record` writes the files again:
//!
//! ```text
//! RESOLVER_INDEXES=… RESOLVER_CORPUS=tools/crates/apt_resolver/tests/resolver/corpus \
//!     cargo test -p apt_resolver --test resolver record -- --ignored
//! ```

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use apt_archive::Package;
use apt_resolver::{resolve, Request, Scope, Universe};

use super::conformance::{files, universe, Answer, Apt};
use super::support::{index, source};

/// File name, distribution, architecture, requested packages.
const SCENARIOS: [(&str, &str, &str, &str); 30] = [
    (
        "cc",
        "bookworm",
        "amd64",
        "base-files netbase tzdata media-types ca-certificates libc6 libssl3 libgcc-s1",
    ),
    ("base-files-awk", "bookworm", "amd64", "base-files"),
    ("awk-chosen", "bookworm", "amd64", "base-files gawk"),
    ("python3", "bookworm", "amd64", "python3"),
    ("python3-armhf", "bookworm", "armhf", "python3-minimal"),
    ("python3-trixie", "trixie", "amd64", "python3 python3-pip"),
    ("python3-venv", "bullseye", "arm64", "python3-venv"),
    ("perl", "bookworm", "arm64", "perl"),
    ("java17", "bookworm", "amd64", "openjdk-17-jre-headless"),
    ("java21", "trixie", "arm64", "openjdk-21-jre-headless"),
    ("java-default", "bullseye", "armhf", "default-jre-headless"),
    ("nginx", "bookworm", "amd64", "nginx"),
    ("nginx-trixie", "trixie", "armhf", "nginx-light"),
    ("mail", "bookworm", "amd64", "bsd-mailx"),
    ("mail-postfix", "bookworm", "amd64", "bsd-mailx postfix"),
    (
        "mail-two",
        "bookworm",
        "amd64",
        "postfix exim4-daemon-light",
    ),
    ("mail-after", "trixie", "amd64", "mutt nullmailer"),
    ("cron-systemd", "bookworm", "amd64", "cron systemd-sysv"),
    ("sysvinit", "bookworm", "amd64", "sysvinit-core dbus"),
    (
        "init-two",
        "bookworm",
        "amd64",
        "sysvinit-core systemd-sysv",
    ),
    ("t64", "trixie", "armhf", "libssl3t64 libcurl4t64"),
    ("debconf", "bullseye", "amd64", "tzdata cdebconf"),
    ("editor", "trixie", "arm64", "vim-tiny"),
    ("fonts", "bookworm", "arm64", "libfontconfig1"),
    ("redis", "bookworm", "amd64", "redis-server"),
    ("ssh", "trixie", "amd64", "openssh-server"),
    (
        "curl-two",
        "bookworm",
        "amd64",
        "libcurl4-openssl-dev libcurl4-gnutls-dev",
    ),
    (
        "old-openssl",
        "bookworm",
        "amd64",
        "libssl3=3.0.17-1~deb12u2 openssl",
    ),
    ("busybox-two", "bookworm", "amd64", "busybox busybox-static"),
    ("sudo-two", "bullseye", "amd64", "sudo sudo-ldap"),
];

#[test]
fn stored_scenarios_are_answered_as_apt_answered_them() {
    for (name, text) in include!("corpus/list.rs") {
        let (requested, expected) = head(text);
        let answer = answer(text, &requested);
        assert_eq!(answer, expected, "{name}: {requested}");
    }
}

fn head(text: &str) -> (String, String) {
    let line = |field: &str| {
        let found = text.lines().find_map(|line| line.strip_prefix(field));
        found
            .unwrap_or_else(|| panic!("no line {field}"))
            .to_owned()
    };
    (line("# requested: "), line("# apt: "))
}

/// The answer to a stored scenario, in the form of its head.
fn answer(text: &str, requested: &str) -> String {
    let paragraphs: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let mut universe = Universe::new(
        text.lines()
            .find_map(|l| l.strip_prefix("# architecture: "))
            .unwrap(),
    );
    let text: String = index(&paragraphs.join("\n"));
    universe
        .add(source("stored", 0), text, Scope::Everything)
        .unwrap();
    let request = Request::read(requested.split(' ')).unwrap();
    match resolve(&universe, &request) {
        Err(_) => "cannot".to_owned(),
        Ok(resolution) => {
            let packages = resolution.packages.iter();
            let packages = packages.map(|c| format!("{}={}", c.name(), c.entry.package.version));
            packages.collect::<Vec<_>>().join(" ")
        }
    }
}

#[test]
#[ignore = "it writes the stored scenarios anew"]
fn record() {
    let (Some(indexes), Some(corpus)) = (
        std::env::var_os("RESOLVER_INDEXES"),
        std::env::var_os("RESOLVER_CORPUS"),
    ) else {
        eprintln!("skipped: RESOLVER_INDEXES and RESOLVER_CORPUS are not set");
        return;
    };
    let corpus = PathBuf::from(corpus);
    let mut list = String::from("[\n");
    for distro in ["bookworm", "bullseye", "trixie"] {
        for architecture in ["amd64", "arm64", "armhf"] {
            let mut scenarios = SCENARIOS
                .iter()
                .filter(|s| s.1 == distro && s.2 == architecture)
                .peekable();
            if scenarios.peek().is_none() {
                continue;
            }
            let files = files(Path::new(&indexes), distro, architecture);
            let universe = universe(&files, architecture);
            for (name, _, _, requested) in scenarios {
                let text = cut(&universe, architecture, requested);
                fs::write(corpus.join(format!("{name}.txt")), text).unwrap();
                writeln!(list, "    (\"{name}\", include_str!(\"{name}.txt\")),").unwrap();
            }
        }
    }
    fs::write(corpus.join("list.rs"), list + "]\n").unwrap();
}

/// The requested packages and the packages in their relations, level by level; for a name with many providers, only
/// eight.
fn cut(universe: &Universe, architecture: &str, requested: &str) -> String {
    let request = Request::read(requested.split(' ')).unwrap();
    let resolution = resolve(universe, &request);
    let mut kept: BTreeSet<String> = request
        .packages
        .iter()
        .map(|requested| requested.name.to_string())
        .collect();
    let chosen = resolution
        .iter()
        .flat_map(|resolution| &resolution.packages);
    kept.extend(chosen.map(|chosen| chosen.name().to_owned()));
    for _ in 0..if resolution.is_ok() { 1 } else { 3 } {
        for name in kept.clone() {
            for entry in universe.versions(&name).unwrap() {
                let wanted = entry
                    .package
                    .depends
                    .iter()
                    .flat_map(|relation| &relation.0);
                for alternative in wanted.chain(&entry.package.conflicts) {
                    let target = alternative.name.as_str();
                    if universe.candidate(target).unwrap().is_some() {
                        kept.insert(target.to_owned());
                    }
                    let providers = universe.providers(target).unwrap();
                    kept.extend(
                        providers
                            .iter()
                            .take(8)
                            .map(|entry| entry.package.name.to_string()),
                    );
                }
            }
        }
    }
    let mut short = String::new();
    for name in &kept {
        let mut versions = universe.versions(name).unwrap();
        let asked = |p: &Package| requested.contains(&format!("{}={}", p.name, p.version));
        let first = versions.first().map(|entry| entry.package.version.clone());
        versions
            .retain(|entry| Some(&entry.package.version) == first.as_ref() || asked(entry.package));
        for entry in versions {
            short += &paragraph(entry.package);
        }
    }
    let theirs = ask(&short, architecture, requested);
    let theirs = theirs.map_or("cannot".to_owned(), |packages| {
        let packages = packages
            .into_iter()
            .map(|(name, version, _)| format!("{name}={version}"));
        packages.collect::<Vec<_>>().join(" ")
    });
    format!("# requested: {requested}\n# architecture: {architecture}\n# apt: {theirs}\n\n{short}")
}

/// The answer of apt-get for the reduced repository.
fn ask(short: &str, architecture: &str, requested: &str) -> Answer {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("Packages");
    fs::write(&file, index(short)).unwrap();
    let apt = Apt::new(&[("stored".to_owned(), file)], architecture);
    let requested: Vec<String> = requested.split(' ').map(str::to_owned).collect();
    apt.install(&requested)
}

/// A paragraph in the short form, with the relevant fields.
fn paragraph(package: &Package) -> String {
    let mut text = format!("{} {}\n", package.name, package.version);
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            writeln!(text, "{name}: {value}").unwrap();
        }
    };
    field("Architecture", package.architecture.to_string());
    if package.multi_arch != apt_archive::MultiArch::No {
        field(
            "Multi-Arch",
            format!("{:?}", package.multi_arch).to_lowercase(),
        );
    }
    if package.essential {
        field("Essential", "yes".to_owned());
    }
    if package.protected {
        field("Protected", "yes".to_owned());
    }
    field(
        "Priority",
        package
            .priority
            .map_or(String::new(), |p| format!("{p:?}").to_lowercase()),
    );
    let join = |items: Vec<String>| items.join(", ");
    field(
        "Depends",
        join(package.depends.iter().map(ToString::to_string).collect()),
    );
    field(
        "Conflicts",
        join(package.conflicts.iter().map(ToString::to_string).collect()),
    );
    field(
        "Breaks",
        join(package.breaks.iter().map(ToString::to_string).collect()),
    );
    let provides = package
        .provides
        .iter()
        .map(|provided| match &provided.version {
            None => provided.name.to_string(),
            Some(version) => format!("{} (= {version})", provided.name),
        });
    field("Provides", join(provides.collect()));
    text.push('\n');
    text
}
