//! `image_inspector report`.

use std::collections::{BTreeMap, HashSet};
use std::fmt::{self, Write as _};
use std::path::PathBuf;

use blob::{Error, Outputs, Result};
use clap::Args;
use image_facts::Runtime;
use worker::Request;

use crate::layers::{Layer, LayerFlags};
use crate::scripts::{self, Installation, Outcome};

/// Reports the packages of an image, and the effects of maintainer scripts that the image has or lacks.
#[derive(Args)]
pub(crate) struct Report {
    /// Name of the image in the title.
    #[arg(long, value_name = "LABEL")]
    image: String,
    /// Platform of the image in the title.
    #[arg(long, value_name = "OS/ARCHITECTURE")]
    platform: String,
    #[command(flatten)]
    layers: LayerFlags,
    /// Package whose files are all in the image; may be given several times.
    #[arg(long = "deb", value_name = "FILE")]
    debs: Vec<PathBuf>,
    /// Package of which the image has only some files, or files derived from it; may be given several times.
    #[arg(long = "part", value_name = "FILE")]
    parts: Vec<PathBuf>,
    /// Report to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Report {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let layers = self.layers.read(request)?;
        let debs = read(request, &self.debs)?;
        let parts = read(request, &self.parts)?;
        let mut paths = HashSet::new();
        for layer in &layers {
            for listed in layer.entries() {
                paths.insert(listed?.path);
            }
        }
        let mut text = String::new();
        self.write(&mut text, &layers, &debs, &parts, &paths)
            .map_err(|error| Error::cannot("write", self.output.display(), error))?;
        let mut outputs = Outputs::new();
        outputs.add(&request.path(&self.output), text.as_bytes())?;
        outputs.commit()
    }

    fn write(
        &self,
        text: &mut String,
        layers: &[Layer],
        debs: &[Installation],
        parts: &[Installation],
        paths: &HashSet<&str>,
    ) -> fmt::Result {
        writeln!(text, "{} for {}", self.image, self.platform)?;
        packages(text, "Packages", debs)?;
        packages(
            text,
            "Packages with only a part of their files, or with files derived from them",
            parts,
        )?;
        runtimes(text, layers)?;
        let all: Vec<&Installation> = debs.iter().chain(parts).collect();
        let has = |path: &str| paths.contains(path);
        for (title, kind) in [
            (
                "Maintainer scripts whose effect is not reproduced",
                Kind::Missing,
            ),
            (
                "Maintainer scripts whose effect is reproduced",
                Kind::Reproduced,
            ),
            (
                "Maintainer scripts with nothing to do at a first installation",
                Kind::Idle,
            ),
        ] {
            verdicts(text, title, &all, &has, kind)?;
        }
        Ok(())
    }
}

fn read(request: &Request, debs: &[PathBuf]) -> Result<Vec<Installation>> {
    let read = |deb: &PathBuf| Installation::read(&request.path(deb), deb);
    debs.iter().map(read).collect()
}

fn packages(text: &mut String, title: &str, packages: &[Installation]) -> fmt::Result {
    if packages.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{title}")?;
    for package in packages {
        match &package.source {
            Some(source) => writeln!(text, "  {} (source {source})", package.package)?,
            None => writeln!(text, "  {}", package.package)?,
        }
    }
    Ok(())
}

fn runtimes(text: &mut String, layers: &[Layer]) -> fmt::Result {
    let runtimes: Vec<_> = layers.iter().filter_map(Layer::runtime).collect();
    if runtimes.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nSoftware that is not from Debian packages")?;
    for Runtime { purl, licenses } in runtimes {
        writeln!(
            text,
            "  {purl} ({})",
            licenses.as_deref().unwrap_or("licence not stated")
        )?;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Missing,
    Reproduced,
    Idle,
}

fn kind(outcome: &Outcome) -> Kind {
    match outcome {
        Outcome::Nothing(_) => Kind::Idle,
        Outcome::Reproduced(_) => Kind::Reproduced,
        Outcome::Lacks { .. } | Outcome::Unknown(_) => Kind::Missing,
    }
}

fn verdicts(
    text: &mut String,
    title: &str,
    packages: &[&Installation],
    has: &dyn Fn(&str) -> bool,
    wanted: Kind,
) -> fmt::Result {
    writeln!(text, "\n{title}")?;
    let start = text.len();
    // dpkg runs a trigger once, even if several packages activate it.
    let mut triggers: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for package in packages {
        for verdict in package.verdicts(has) {
            let line = scripts::line(&verdict.outcome);
            if kind(&verdict.outcome) != wanted {
                continue;
            }
            if verdict.is_trigger {
                let trigger = triggers.entry((verdict.what, line)).or_default();
                trigger.push(&package.package.name);
            } else {
                writeln!(text, "  {}, {}: {line}", package.package, verdict.what)?;
            }
        }
    }
    for ((what, line), names) in triggers {
        writeln!(text, "  {what}: {line}; activated by {}", names.join(" "))?;
    }
    if text.len() == start {
        writeln!(text, "  (none)")
    } else {
        Ok(())
    }
}
