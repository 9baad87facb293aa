//! Compares the resolver with this machine's apt-get, set by set, on real indexes.
//!
//! The test runs if `RESOLVER_INDEXES` names a directory with plain indexes, `SUITE/ARCH.Packages`, and if `apt-get`
//! exists; otherwise it prints a message and passes. `RESOLVER_SETS` is the number of sets for each distribution and
//! architecture (60); `RESOLVER_SAMPLE=2/4` compares only the second of every four.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use apt_resolver::{resolve, Request, Scope, SourceInfo, Universe};

const DISTROS: [&str; 3] = ["bookworm", "trixie", "bullseye"];
const ARCHITECTURES: [&str; 3] = ["amd64", "arm64", "armhf"];

/// Packages that images often contain.
const POPULAR: &str = "base-files netbase tzdata media-types ca-certificates libc6 libc-bin libssl3 libgcc-s1 libstdc++6 \
    python3 python3-pip python3-venv perl openjdk-17-jre-headless default-jre-headless nginx apache2 postgresql \
    mariadb-server redis-server nodejs npm golang-go rustc cargo gcc g++ clang make cmake git curl wget bash dash \
    busybox coreutils openssh-server openssl gnupg ffmpeg imagemagick ghostscript libreoffice-writer texlive-latex-base \
    mailutils exim4 postfix sudo systemd systemd-sysv dbus php php-fpm ruby r-base chromium firefox-esr vim emacs-nox \
    tomcat10 memcached rabbitmq-server haproxy docker.io podman qemu-system-x86 dpkg apt debconf locales fonts-dejavu";

pub(super) type Answer = Option<BTreeSet<(String, String, String)>>;

#[test]
fn the_answer_is_that_of_apt_get() {
    let Some(directory) = std::env::var_os("RESOLVER_INDEXES").map(PathBuf::from) else {
        eprintln!("skipped: RESOLVER_INDEXES is not set");
        return;
    };
    if Command::new("apt-get").arg("--version").output().is_err() {
        eprintln!("skipped: there is no apt-get");
        return;
    }
    let sets = std::env::var("RESOLVER_SETS")
        .ok()
        .and_then(|sets| sets.parse().ok());
    let sample = Sample::of(std::env::var("RESOLVER_SAMPLE").ok().as_deref());
    // One thread for each distribution, because apt-get needs half a second for a set.
    let reports: Vec<Report> = thread::scope(|scope| {
        let (directory, sets, sample) = (&directory, sets.unwrap_or(60), &sample);
        let threads = DISTROS.map(|distro| {
            scope.spawn(move || {
                ARCHITECTURES
                    .map(|architecture| compare(directory, distro, architecture, sets, sample))
            })
        });
        let reports = threads.into_iter().map(|thread| thread.join().unwrap());
        reports.flatten().collect()
    });
    let sets: usize = reports.iter().map(|report| report.sets).sum();
    let differences: usize = reports.iter().map(|report| report.differences).sum();
    let texts: String = reports.into_iter().map(|report| report.text).collect();
    eprintln!("{sets} sets, {} agree", sets - differences);
    assert_ne!(sets, 0, "there is no index in {}", directory.display());
    assert_eq!(differences, 0, "{texts}");
}

#[test]
fn every_paragraph_of_the_archive_can_be_read() {
    let Some(directory) = std::env::var_os("RESOLVER_INDEXES").map(PathBuf::from) else {
        eprintln!("skipped: RESOLVER_INDEXES is not set");
        return;
    };
    for distro in DISTROS {
        for architecture in ARCHITECTURES {
            let universe = universe(&files(&directory, distro, architecture), architecture);
            for name in universe.names() {
                assert!(!universe.versions(name).unwrap().is_empty(), "{name}");
            }
        }
    }
}

/// The indexes of a distribution in the directory.
pub(super) fn files(directory: &Path, distro: &str, architecture: &str) -> Vec<(String, PathBuf)> {
    let suites = [
        distro.to_owned(),
        format!("{distro}-updates"),
        format!("{distro}-security"),
    ];
    let files = suites.map(|suite| {
        let file = directory
            .join(&suite)
            .join(format!("{architecture}.Packages"));
        (suite, file)
    });
    files
        .into_iter()
        .filter(|(_, file)| file.exists())
        .collect()
}

#[derive(Default)]
struct Report {
    sets: usize,
    differences: usize,
    text: String,
}

/// The sets to compare: number `part` (from 1) of every `of`.
struct Sample {
    part: usize,
    of: usize,
}

impl Sample {
    fn of(text: Option<&str>) -> Self {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Self { part: 1, of: 1 };
        };
        let (part, of) = text.split_once('/').unwrap();
        let (part, of) = (part.parse().unwrap(), of.parse().unwrap());
        assert!((1..=of).contains(&part), "RESOLVER_SAMPLE is {text}");
        Self { part, of }
    }

    fn has(&self, number: usize) -> bool {
        number % self.of == self.part - 1
    }
}

fn compare(
    directory: &Path,
    distro: &str,
    architecture: &str,
    sets: usize,
    sample: &Sample,
) -> Report {
    let mut report = Report::default();
    let files = files(directory, distro, architecture);
    if files.is_empty() {
        return report;
    }
    let apt = Apt::new(&files, architecture);
    let universe = universe(&files, architecture);
    let mut random = Random(seed(distro, architecture));
    let (mut impossible, mut leftovers) = (0, 0);
    let names = Names::new(&universe);
    for number in 0..sets {
        let set = pick(&universe, &names, number, &mut random);
        if !sample.has(number) {
            continue;
        }
        let theirs = apt.install(&set);
        let ours = install(&universe, &set);
        report.sets += 1;
        impossible += usize::from(theirs.is_none());
        if is_leftover(&universe, &set, &ours.0, &theirs) {
            leftovers += 1;
        } else if theirs != ours.0 {
            report.differences += 1;
            difference(&mut report, distro, architecture, &set, &ours, &theirs);
        }
    }
    eprintln!(
        "{distro} {architecture}: {} sets, {impossible} impossible to apt, {leftovers} with leftovers of apt, {} differ",
        report.sets, report.differences
    );
    report
}

/// A difference that decision 0003 allows: apt keeps an essential package, and its dependencies, that it marked for an
/// alternative which failed later. If that package is requested too, both answers are equal.
fn is_leftover(universe: &Universe, set: &[String], ours: &Answer, theirs: &Answer) -> bool {
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return false;
    };
    let more = theirs.difference(ours).map(|(name, _, _)| name.clone());
    let essential: Vec<String> = more
        .filter(|name| {
            let package = universe.candidate(name).unwrap().unwrap().package;
            package.essential || package.protected
        })
        .collect();
    let wider = [set, &essential].concat();
    !essential.is_empty() && install(universe, &wider).0.as_ref() == Some(theirs)
}

fn difference(
    report: &mut Report,
    distro: &str,
    architecture: &str,
    set: &[String],
    (ours, message): &(Answer, String),
    theirs: &Answer,
) {
    let empty = BTreeSet::new();
    let (o, t) = (
        ours.as_ref().unwrap_or(&empty),
        theirs.as_ref().unwrap_or(&empty),
    );
    let names = |left: &BTreeSet<(String, String, String)>, right| {
        left.difference(right)
            .map(|p| format!("{}={}", p.0, p.1))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let _ = writeln!(report.text, "\n{distro} {architecture}: {}", set.join(" "));
    match (ours, theirs) {
        (None, Some(_)) => writeln!(report.text, "  apt can, we cannot: {message}"),
        (Some(_), None) => writeln!(report.text, "  we can, apt cannot"),
        _ => writeln!(
            report.text,
            "  only ours: {}\n  only apt's: {}",
            names(o, t),
            names(t, o)
        ),
    }
    .unwrap();
}

pub(super) fn universe(files: &[(String, PathBuf)], architecture: &str) -> Universe {
    let mut universe = Universe::new(architecture);
    for (rank, (name, file)) in files.iter().enumerate() {
        let source = SourceInfo {
            name: name.clone(),
            rank,
            priority: 500,
        };
        let text: String = fs::read_to_string(file).unwrap();
        universe.add(source, text, Scope::Everything).unwrap();
    }
    universe
}

pub(super) fn install(universe: &Universe, set: &[String]) -> (Answer, String) {
    let request = Request::read(set.iter().map(String::as_str)).unwrap();
    match resolve(universe, &request) {
        Err(error) => (None, error.to_string()),
        Ok(resolution) => {
            let packages = resolution.packages.iter().map(|chosen| {
                let package = chosen.entry.package;
                (
                    package.name.to_string(),
                    package.version.to_string(),
                    package.architecture.to_string(),
                )
            });
            (Some(packages.collect()), String::new())
        }
    }
}

/// One to twelve names. Every fourth set has packages that conflict with others or provide names, and every fourth
/// requests a version that is not the candidate.
fn pick(universe: &Universe, names: &Names<'_>, number: usize, random: &mut Random) -> Vec<String> {
    let size = 1 + random.below(12);
    let mut set: Vec<String> = Vec::new();
    for _ in 0..size {
        let from = [&names.all, &names.all, &names.libraries, &names.popular][random.below(4)];
        let mut name = from[random.below(from.len())];
        let mut tries = 0;
        while number % 4 == 1 && !has_conflicts(universe, name) && tries < 1000 {
            name = names.all[random.below(names.all.len())];
            tries += 1;
        }
        if !set.iter().any(|other| other == name) {
            set.push(name.to_owned());
        }
    }
    if number % 4 == 3 {
        for _ in 0..1000 {
            let name = names.all[random.below(names.all.len())];
            let versions = universe.versions(name).unwrap();
            if versions.len() > 1 && !set.iter().any(|other| other == name) {
                set.push(format!("{name}={}", versions[1].package.version));
                break;
            }
        }
    }
    set
}

fn has_conflicts(universe: &Universe, name: &str) -> bool {
    let package = universe.candidate(name).unwrap().unwrap().package;
    let replaced = package
        .conflicts
        .iter()
        .any(|other| other.constraint.is_none());
    replaced && !package.provides.is_empty()
}

struct Names<'u> {
    all: Vec<&'u str>,
    libraries: Vec<&'u str>,
    popular: Vec<&'u str>,
}

impl<'u> Names<'u> {
    fn new(universe: &'u Universe) -> Self {
        let all: Vec<&str> = universe.names().into_iter().collect();
        let there = |name: &&str| universe.candidate(name).unwrap().is_some();
        Self {
            libraries: all
                .iter()
                .copied()
                .filter(|name| name.starts_with("lib"))
                .collect(),
            popular: POPULAR.split_whitespace().filter(there).collect(),
            all,
        }
    }
}

fn seed(distro: &str, architecture: &str) -> u64 {
    let bytes = distro.bytes().chain(architecture.bytes());
    bytes.fold(0x9e37_79b9_7f4a_7c15, |seed, byte| {
        (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// splitmix64, which gives the same sets on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

/// A private apt: separate state, no network, no installed packages.
pub(super) struct Apt {
    root: tempfile::TempDir,
}

impl Apt {
    pub(super) fn new(files: &[(String, PathBuf)], architecture: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let at = root.path();
        for directory in ["state/lists/partial", "cache/archives/partial", "etc/none"] {
            fs::create_dir_all(at.join(directory)).unwrap();
        }
        fs::write(at.join("status"), "").unwrap();
        let mut sources = String::new();
        for (suite, file) in files {
            let directory = at.join("repo").join(suite);
            fs::create_dir_all(&directory).unwrap();
            std::os::unix::fs::symlink(file.canonicalize().unwrap(), directory.join("Packages"))
                .unwrap();
            let place = directory.display();
            writeln!(
                sources,
                "deb [trusted=yes arch={architecture}] copy:{place} ./"
            )
            .unwrap();
        }
        fs::write(at.join("sources.list"), sources).unwrap();
        let place = at.display();
        let config = format!(
            "Dir::State \"{place}/state\"; Dir::State::status \"{place}/status\"; Dir::Cache \"{place}/cache\";\n\
             Dir::Etc::sourcelist \"{place}/sources.list\"; Dir::Etc::sourceparts \"{place}/etc/none\";\n\
             Dir::Etc::preferences \"{place}/none\"; Dir::Etc::preferencesparts \"{place}/etc/none\";\n\
             Dir::Etc::parts \"{place}/etc/none\"; Dir::Etc::main \"{place}/none\"; Dir::Log \"{place}\";\n\
             APT::Architecture \"{architecture}\"; APT::Architectures \"{architecture}\";\n\
             APT::Install-Recommends \"false\"; Acquire::Languages \"none\"; APT::Sandbox::User \"root\";\n\
             Dir::Cache::pkgcache \"pkgcache.bin\"; Dir::Cache::srcpkgcache \"srcpkgcache.bin\";\n"
        );
        // apt's own options remove the difference of decision 0003: a package that was marked for a failed alternative
        // is not kept because a chosen package recommends or suggests it.
        let leftovers = "APT::AutoRemove::RecommendsImportant \"false\"; APT::AutoRemove::SuggestsImportant \"false\";\n";
        fs::write(at.join("apt.conf"), config + leftovers).unwrap();
        let apt = Self { root };
        let update = apt.command(&["update", "-q"]).output().unwrap();
        assert!(
            update.status.success(),
            "{}",
            String::from_utf8_lossy(&update.stderr)
        );
        apt
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("LC_ALL", "C");
        command.env("APT_CONFIG", self.root.path().join("apt.conf"));
        command
    }

    /// The packages that apt would install; `None` if apt reports that it cannot.
    pub(super) fn install(&self, set: &[String]) -> Answer {
        let mut command = self.command(&["install", "--print-uris", "-y", "-qq"]);
        let output = command
            .arg("--no-install-recommends")
            .arg("--")
            .args(set)
            .output()
            .unwrap();
        if !output.status.success() {
            return None;
        }
        let text = String::from_utf8(output.stdout).unwrap();
        let packages = text
            .lines()
            .filter(|line| line.starts_with('\''))
            .map(|line| {
                let file = line.split(' ').nth(1).unwrap().trim_end_matches(".deb");
                let mut parts = file.split('_').map(|part| part.replace("%3a", ":"));
                let mut part = || parts.next().unwrap();
                (part(), part(), part())
            });
        Some(packages.collect())
    }
}
