//! The report of an update: options, and the files that are written together with the locks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apt_archive::Fetch;
use blob::{read_regular, Outputs, Result, ResultExt};
use clap::Args;
use jiff::civil::Date;
use jiff::Timestamp;
use lock::Lock;
use lock_report::{
    add_fixes, compare, markdown, Ages, ImageList, Report, Support, MAX_IMAGE_LIST, VERSION,
};
use tracker::{Snapshot as TrackerSnapshot, MAX_COMPACT};

use super::super::locking::LockPair;
use crate::changelogs::{add_changelogs, Packages};
use crate::files;

/// The options for the report.
#[derive(Args, Debug)]
#[command(next_help_heading = "Report")]
pub(super) struct ReportOptions {
    /// Write a report of the changes in Markdown: the text of a pull request
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write the report in JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// List of images and their packages, which the rule image_packages writes: the report names the images that change
    #[arg(long, value_name = "FILE")]
    images: Option<PathBuf>,
    /// Lock of Debian's security tracker, which `debian_lock tracker` writes: the report names the issues that the update
    /// fixes
    #[arg(long, value_name = "FILE")]
    tracker: Option<PathBuf>,
    /// Leave out changelogs: no package is downloaded
    #[arg(long)]
    no_changelogs: bool,
    /// Last day of support by the security team, for warnings; may be given several times
    #[arg(long, value_name = "DISTRO=DATE", value_parser = parse_day)]
    end_of_security: Vec<(String, Date)>,
    /// Last day of long-term support, for warnings; may be given several times
    #[arg(long, value_name = "DISTRO=DATE", value_parser = parse_day)]
    end_of_life: Vec<(String, Date)>,
    /// Warn if the newest Release of a lock is older than this number of days
    #[arg(long, value_name = "DAYS")]
    max_age: Option<u32>,
    /// Time for warnings [default: now]
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

impl ReportOptions {
    /// Makes the report. Changelogs are downloaded only for a file.
    ///
    /// # Errors
    ///
    /// A file of an option cannot be read.
    pub(super) fn report(&self, locks: &[LockPair], fetch: &dyn Fetch) -> Result<Report> {
        let images = self.images.as_deref().map(read_images).transpose()?;
        let tracker = self.tracker.as_deref().map(read_tracker).transpose()?;
        let ages = self.ages();
        let mut distros = Vec::new();
        let mut warnings = Vec::new();
        for LockPair {
            directory,
            old,
            new,
        } in locks
        {
            let mut distro = compare(old.as_ref(), new);
            if self.is_written() && !self.no_changelogs {
                let packages = Packages {
                    lock: new,
                    directory,
                    fetch,
                };
                add_changelogs(&mut distro, &packages);
            }
            let release = tracker.as_ref().and_then(|tracker| release(tracker, new));
            if tracker.is_some() && release.is_none() {
                warnings.push(format!(
                    "{}: the lock of the security tracker does not have its release",
                    new.distro
                ));
            }
            add_fixes(&mut distro, release, tracker.as_ref());
            warnings.extend(ages.warnings(new));
            distros.push(distro);
        }
        let mut report = Report {
            version: VERSION,
            changed: distros.iter().any(|distro| distro.changed),
            distros,
            images: None,
            warnings,
        };
        report.images = images.map(|images| images.affected(&report));
        Ok(report)
    }

    /// Adds the files of the report to those that are written.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub(super) fn add_files(&self, report: &Report, outputs: &mut Outputs) -> Result<()> {
        if let Some(path) = &self.report {
            outputs.add(&files::target(path)?, markdown(report).as_bytes())?;
        }
        if let Some(path) = &self.json {
            outputs.add(&files::target(path)?, report.to_json().as_bytes())?;
        }
        Ok(())
    }

    fn is_written(&self) -> bool {
        self.report.is_some() || self.json.is_some()
    }

    fn ages(&self) -> Ages {
        let mut support: BTreeMap<String, Support> = BTreeMap::new();
        for (distro, day) in &self.end_of_security {
            support.entry(distro.clone()).or_default().security = Some(*day);
        }
        for (distro, day) in &self.end_of_life {
            support.entry(distro.clone()).or_default().life = Some(*day);
        }
        Ages {
            now: self.now.unwrap_or_else(Timestamp::now),
            support,
            max_days: self.max_age,
        }
    }
}

/// `debian12=2028-06-30`.
fn parse_day(text: &str) -> std::result::Result<(String, Date), String> {
    let expected = || "expected DISTRO=DATE, such as debian12=2028-06-30".to_owned();
    let (distro, day) = text.split_once('=').ok_or_else(expected)?;
    let day = day.parse().map_err(|_| expected())?;
    Ok((distro.to_owned(), day))
}

fn read_images(path: &Path) -> Result<ImageList> {
    let bytes = read_regular(path, MAX_IMAGE_LIST).cannot("read", path.display())?;
    ImageList::parse(&path.display().to_string(), &bytes)
}

fn read_tracker(path: &Path) -> Result<TrackerSnapshot> {
    let bytes = read_regular(path, MAX_COMPACT as u64).cannot("read", path.display())?;
    let text = String::from_utf8(bytes).cannot("read", path.display())?;
    TrackerSnapshot::parse(&path.display().to_string(), &text)
}

/// The release of a lock in the tracker: `bookworm` for the sources `bookworm` and `bookworm-security`.
fn release<'a>(tracker: &'a TrackerSnapshot, lock: &Lock) -> Option<&'a str> {
    let is_of = |release: &str, key: &String| {
        let rest = key.strip_prefix(release);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '@']))
    };
    let mut releases = tracker.releases.iter();
    let release = releases.find(|release| lock.sources.keys().any(|key| is_of(release, key)));
    release.map(String::as_str)
}
