//! Checks that apply to every image, regardless of its tests; one file for each check.
//!
//! Checks collect data while the layers are read ([`Checks::visitors`], in one pass for all checks), and then examine
//! the merged root.

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
mod same;
mod scanner;
mod user;
mod variants;

use std::path::{Path, PathBuf};
use std::time::Instant;

use blob::Result;
use rootfs::{Image, Root, Visitor};

use self::closure::{Closure, Collector};
use self::declared::Declared;
use self::layers::Layers;
use self::options::Check;
pub(crate) use self::options::CheckFlags;
use self::options::Relation;
use self::ownership::Ownership;
use self::packages::{Packages, Texts};
use crate::outcome::{Outcome, Verdict};

/// The result of a check: its name and its verdict.
pub(crate) type Judged = (String, Verdict);

/// Passed, or failed with these problems.
fn verdict(name: &str, problems: impl Into<Vec<String>>) -> Judged {
    (name.to_owned(), Verdict::of(problems.into()))
}

/// The checks of a run: the data that they collect from the layers, and their options.
pub(crate) struct Checks {
    checks: Vec<Check>,
    flags: CheckFlags,
    /// The path of the image: scanners read it themselves.
    layout: PathBuf,
    declared: Declared,
    index: Option<closure::Index>,
    closure: Collector,
    layers: Layers,
    ownership: Ownership,
    texts: Texts,
}

impl Checks {
    /// Reads the files that the options name. The checks run in the order of [`Check`], each once.
    pub(crate) fn new(flags: &CheckFlags, layout: &Path) -> Result<Self> {
        let mut checks = flags.checks();
        checks.sort();
        checks.dedup();
        flags.validate(&checks)?;
        Ok(Self {
            checks,
            flags: flags.clone(),
            layout: layout.to_owned(),
            declared: Declared::read(&flags.declared)?,
            index: flags
                .index
                .as_deref()
                .map(closure::Index::read)
                .transpose()?,
            closure: Collector::default(),
            layers: Layers::default(),
            ownership: Ownership::default(),
            texts: Texts::default(),
        })
    }

    fn has(&self, check: Check) -> bool {
        self.checks.contains(&check)
    }

    fn compares_packages(&self) -> bool {
        let relations = [Some(Relation::Subset), Some(Relation::Packages)];
        self.has(Check::Variants) && relations.contains(&self.flags.relation)
    }

    /// Whether the layers must be read: some relations only compare documents.
    pub(crate) fn need_layers(&self) -> bool {
        self.compares_packages() || self.checks.iter().any(|check| *check != Check::Variants)
    }

    /// Whether these checks collect the same data from the layers as others.
    pub(crate) fn sees_as(&self, other: &Self) -> bool {
        self.seen() == other.seen()
    }

    /// Whether each of the visitors is needed, in the order of the fields.
    fn seen(&self) -> [bool; 4] {
        let [layers, closure, ownership] =
            [Check::Layers, Check::Closure, Check::Ownership].map(|check| self.has(check));
        let texts = ownership || self.has(Check::Scanner) || self.compares_packages();
        [layers, closure, ownership, texts]
    }

    /// Takes the data that others have collected from the same layers, and leaves the others empty.
    pub(crate) fn take_seen(&mut self, other: &mut Self) {
        self.layers = std::mem::take(&mut other.layers);
        self.closure = std::mem::take(&mut other.closure);
        self.ownership = std::mem::take(&mut other.ownership);
        self.texts = std::mem::take(&mut other.texts);
    }

    /// The visitors of the layers, for [`Image::read`].
    pub(crate) fn visitors(&mut self) -> Vec<&mut dyn Visitor> {
        let [layers, closure, ownership, texts] = self.seen();
        let mut visitors: Vec<&mut dyn Visitor> = Vec::new();
        if layers {
            visitors.push(&mut self.layers);
        }
        if closure {
            visitors.push(&mut self.closure);
        }
        if ownership {
            visitors.push(&mut self.ownership);
        }
        if texts {
            visitors.push(&mut self.texts);
        }
        visitors
    }

    /// Runs the checks after the layers were read. If `root` is an error, the layers could not be read to their end:
    /// then the check `layers` fails and the others are skipped. Without the check `layers`, the error is returned.
    pub(crate) fn judge(&self, image: &Image, root: Result<Root>) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::new();
        match root {
            Ok(root) => {
                for check in &self.checks {
                    let start = Instant::now();
                    let judged = self.one(*check, image, &root)?;
                    let seconds = start.elapsed().as_secs_f64() / judged.len().max(1) as f64;
                    outcomes.extend(
                        judged
                            .into_iter()
                            .map(|judged| outcome(*check, judged, seconds)),
                    );
                }
            }
            Err(error) if !self.has(Check::Layers) => return Err(error),
            Err(error) => {
                for check in &self.checks {
                    let judged = match check {
                        Check::Layers => verdict(
                            layers::READABLE,
                            vec![error.to_string().replace('\n', "; ")],
                        ),
                        _ => (
                            "all".to_owned(),
                            Verdict::Skipped("the layers cannot be read".to_owned()),
                        ),
                    };
                    outcomes.push(outcome(*check, judged, 0.0));
                }
            }
        }
        Ok(outcomes)
    }

    fn packages(&self, root: &Root) -> Packages {
        Packages::read(root, &self.texts)
    }

    fn one(&self, check: Check, image: &Image, root: &Root) -> Result<Vec<Judged>> {
        let declared = &self.declared;
        Ok(match check {
            Check::Closure => Closure {
                collected: &self.closure,
                root,
                config: image.config(),
                declared,
                index: self.index.as_ref(),
            }
            .judge()?,
            Check::Layers => self.layers.judge(image, root, declared, self.flags.profile),
            Check::Links => links::judge(root, declared),
            Check::Modes => modes::judge(root, declared),
            Check::Ownership => {
                let (packages, layers) = (self.packages(root), histories(image));
                let texts = &self.texts;
                self.ownership
                    .judge(root, &packages, texts, &layers, declared)
            }
            Check::Programs => programs::judge(root, declared, self.flags.debug),
            Check::Scanner => {
                let packages = self.packages(root);
                let distro = self.texts.distro(root);
                scanner::judge(
                    &self.layout,
                    &packages,
                    distro.as_deref(),
                    &self.flags,
                    declared,
                )?
            }
            Check::User => user::judge(image, root, declared)?,
            // `CheckFlags::checks` has replaced it.
            Check::All => Vec::new(),
            Check::Variants => variants::judge(image, &self.packages(root), &self.flags, declared)?,
        })
    }
}

/// The text of the history of each layer, lowest first; empty for layers without history.
fn histories(image: &Image) -> Vec<String> {
    let history = image.config().history().iter().flatten();
    let history = history.filter(|entry| entry.empty_layer() != Some(true));
    let texts = history.map(|entry| entry.created_by().clone().unwrap_or_default());
    let mut texts: Vec<String> = texts.collect();
    texts.resize(image.layers().len(), String::new());
    texts
}

fn outcome(check: Check, (name, verdict): Judged, seconds: f64) -> Outcome {
    Outcome {
        suite: check.name().to_owned(),
        name,
        verdict,
        seconds,
    }
}
