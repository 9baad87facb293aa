//! Checks that apply to every image, regardless of its tests; one file for each check, and their list in `registry.rs`.
//!
//! Checks collect data while the layers are read ([`Checks::visitors`], in one pass for all checks), and then examine
//! the merged root.

mod check;
mod closure;
mod declared;
mod digesting;
mod files;
mod layers;
mod links;
mod modes;
mod options;
mod ownership;
mod packages;
mod pattern;
mod problems;
mod programs;
mod registry;
mod result;
mod same;
mod scanner;
mod secrets;
mod selection;
mod user;
mod variants;

use std::path::{Path, PathBuf};
use std::time::Instant;

use blob::{Error, Result};
use rootfs::{Image, Root, Visitor};

use self::check::{Check, Collects, Facts};
use self::closure::{Collector, Index};
use self::declared::Declared;
use self::layers::Layers;
pub(crate) use self::options::CheckFlags;
use self::ownership::Ownership;
use self::packages::Texts;
pub use self::registry::names_for_rule;
pub(crate) use self::result::{verdict, CheckResult};
use self::secrets::Secrets;
pub(crate) use self::selection::names;
use crate::outcome::{Outcome, Verdict};

/// The checks of a run: the data that they collect from the layers, and their options.
pub(crate) struct Checks {
    checks: Vec<&'static Check>,
    flags: CheckFlags,
    layout: PathBuf,
    declared: Declared,
    index: Option<Index>,
    closure: Collector,
    layers: Layers,
    ownership: Ownership,
    texts: Texts,
    secrets: Secrets,
}

impl Checks {
    /// Reads the files that the options name. The checks run in the order of the registry, each once.
    pub(crate) fn new(flags: &CheckFlags, layout: &Path) -> Result<Self> {
        let checks = flags.checks();
        flags.validate(&checks)?;
        Ok(Self {
            checks,
            flags: flags.clone(),
            layout: layout.to_owned(),
            declared: Declared::read(&flags.declared, &registry::sections())?,
            index: flags.index.as_deref().map(Index::read).transpose()?,
            closure: Collector::default(),
            layers: Layers::default(),
            ownership: Ownership::default(),
            texts: Texts::default(),
            secrets: Secrets::default(),
        })
    }

    /// Whether the layers must be read: some relations only compare documents.
    pub(crate) fn need_layers(&self) -> bool {
        let mut checks = self.checks.iter();
        checks.any(|check| (check.reads_layers)(&self.flags))
    }

    /// Whether these checks collect the same data from the layers as others.
    pub(crate) fn sees_as(&self, other: &Self) -> bool {
        self.collects() == other.collects()
    }

    /// The data that all checks need together.
    fn collects(&self) -> Collects {
        let each = self.checks.iter();
        each.map(|check| (check.collects)(&self.flags))
            .fold(Collects::NOTHING, Collects::or)
    }

    /// Takes the data that others have collected from the same layers, and leaves the others empty.
    pub(crate) fn take_seen(&mut self, other: &mut Self) {
        self.layers = std::mem::take(&mut other.layers);
        self.closure = std::mem::take(&mut other.closure);
        self.ownership = std::mem::take(&mut other.ownership);
        self.texts = std::mem::take(&mut other.texts);
        self.secrets = std::mem::take(&mut other.secrets);
    }

    /// The visitors of the layers, for [`rootfs::ImageExt::read`].
    pub(crate) fn visitors(&mut self) -> Vec<&mut dyn Visitor> {
        let collects = self.collects();
        let all: [(bool, &mut dyn Visitor); 5] = [
            (collects.layers, &mut self.layers),
            (collects.closure, &mut self.closure),
            (collects.ownership, &mut self.ownership),
            (collects.texts, &mut self.texts),
            (collects.secrets, &mut self.secrets),
        ];
        let needed = all.into_iter().filter(|(is_needed, _)| *is_needed);
        needed.map(|(_, visitor)| visitor).collect()
    }

    /// Runs the checks after the layers were read. If `root` is an error, the layers could not be read to their end:
    /// then the check `layers` fails and the others are skipped. Without the check `layers`, the error is returned.
    pub(crate) fn evaluate(&self, image: &Image, root: Result<Root>) -> Result<Vec<Outcome>> {
        let root = match root {
            Ok(root) => root,
            Err(error) => return self.unreadable(error),
        };
        let facts = Facts {
            image,
            root: &root,
            layout: &self.layout,
            flags: &self.flags,
            declared: &self.declared,
            index: self.index.as_ref(),
            layers: &self.layers,
            closure: &self.closure,
            ownership: &self.ownership,
            texts: &self.texts,
            secrets: &self.secrets,
        };
        let mut outcomes = Vec::new();
        for check in &self.checks {
            let start = Instant::now();
            let results = (check.evaluate)(&facts)?;
            let seconds = start.elapsed().as_secs_f64() / results.len().max(1) as f64;
            let each = results.into_iter();
            outcomes.extend(each.map(|result| outcome(check, result, seconds)));
        }
        Ok(outcomes)
    }

    /// The outcomes if the layers cannot be read.
    fn unreadable(&self, error: Error) -> Result<Vec<Outcome>> {
        if self.checks.iter().all(|check| check.unreadable.is_none()) {
            return Err(error);
        }
        let cause = error.to_string().replace('\n', "; ");
        let verdict = |check: &Check| match check.unreadable {
            Some(case) => verdict(case, vec![cause.clone()]),
            None => {
                let reason = "the layers cannot be read".to_owned();
                ("all".to_owned(), Verdict::Skipped(reason))
            }
        };
        let outcomes = self.checks.iter();
        Ok(outcomes
            .map(|check| outcome(check, verdict(check), 0.0))
            .collect())
    }
}

fn outcome(check: &Check, (name, verdict): CheckResult, seconds: f64) -> Outcome {
    Outcome {
        suite: check.name.to_owned(),
        name,
        verdict,
        seconds,
    }
}
