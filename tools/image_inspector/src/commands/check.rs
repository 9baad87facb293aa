//! `image_inspector check`.

mod directories;
mod started;

use std::path::PathBuf;

use blob::{Error, Outputs, Result};
use clap::{Args, ValueEnum};
use tarball::{shown_name, Listed};
use worker::Request;

use crate::layers::{read, Layer, LayerFlags};
use directories::Directories;
use started::{Config, Merged};

/// Refuses an image whose layers contradict each other: a directory where a lower layer has a file or a link, a file
/// that differs between two packages, or a directory whose mode or owner a package changes. Also refuses an image whose
/// program or user does not exist in it.
#[derive(Args)]
pub(crate) struct Check {
    /// Name of the image in messages.
    #[arg(long, value_name = "LABEL")]
    image: String,
    /// Number of layers that belong to the base image, which was checked before.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    base_layers: usize,
    /// Number of listed layers that were merged into a layer of the image; given once for each layer of the image,
    /// lowest first. By default no layers were merged.
    #[arg(long, value_name = "NUMBER")]
    parts: Vec<usize>,
    /// Configuration of the image.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Check to skip; may be given several times.
    #[arg(long, value_name = "FIELD")]
    unchecked: Vec<Field>,
    #[command(flatten)]
    layers: LayerFlags,
    /// Empty file to write if all checks pass.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

/// A check that an image may skip.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Field {
    /// No package changes the mode or the owner of a directory.
    Directories,
    /// The first word of the entrypoint, or of the command if there is no entrypoint, is a program of the image.
    Entrypoint,
    /// The names of user and group exist in the image.
    User,
}

/// The maximum number of listed problems; more of them probably have the same cause.
const MOST: usize = 10;

impl Check {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let layers = self.layers.read(request)?;
        let blobs = self.blobs(layers.len())?;
        let (merged, directories, problems) = merge(&layers, self.base_layers, &blobs)?;
        if let Some((first, more)) = problems.split_first() {
            let cause = counted(first, more.len());
            return Err(Error::cannot("build", &self.image, cause).hint(
                "leave out the layer or the package, or move its files to other paths; \
                 no other package may change a file of a Debian package",
            ));
        }
        self.check_directories(&layers, &directories)?;
        self.check_started(request, &layers, &merged)?;
        let mut outputs = Outputs::new();
        outputs.add(&request.path(&self.output), b"")?;
        outputs.commit()
    }

    /// The index of the blob that contains each layer.
    fn blobs(&self, layers: usize) -> Result<Vec<usize>> {
        if self.parts.is_empty() {
            return Ok((0..layers).collect());
        }
        let total = self
            .parts
            .iter()
            .try_fold(0_usize, |sum, parts| sum.checked_add(*parts));
        if total != Some(layers) {
            let cause = format!("their sum is not {layers}, the number of --metadata");
            return Err(Error::cannot("read", "--parts", cause));
        }
        let parts = self.parts.iter().enumerate();
        Ok(parts.flat_map(|(blob, parts)| vec![blob; *parts]).collect())
    }

    fn check_directories(&self, layers: &[Layer], directories: &Directories) -> Result<()> {
        if self.unchecked.contains(&Field::Directories) {
            return Ok(());
        }
        let changed = directories.changed(layers, self.base_layers);
        match changed.split_first() {
            Some((first, more)) => {
                let cause = counted(&first.cause, more.len());
                Err(Error::cannot("build", &self.image, cause).hint(&first.hint))
            }
            None => Ok(()),
        }
    }

    fn check_started(&self, request: &Request, layers: &[Layer], merged: &Merged) -> Result<()> {
        let Some(file) = &self.config else {
            return Ok(());
        };
        let config = Config::parse(&file.display().to_string(), &read(request, file)?)?;
        config.check_process(&self.image)?;
        if !self.unchecked.contains(&Field::Entrypoint) {
            config.check_entrypoint(&self.image, merged)?;
        }
        if !self.unchecked.contains(&Field::User) {
            config.check_user(&self.image, layers, merged)?;
        }
        Ok(())
    }
}

fn counted(first: &str, more: usize) -> String {
    match more {
        0 => first.to_owned(),
        count => format!("{first}; and {count} more of that kind"),
    }
}

/// The paths and directories of all layers, and the conflicts between each layer above the base and the layers below
/// it.
fn merge<'a>(
    layers: &'a [Layer],
    base: usize,
    blobs: &[usize],
) -> Result<(Merged<'a>, Directories<'a>, Vec<String>)> {
    let mut known = Merged::new();
    let mut directories = Directories::default();
    let mut problems = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        for listed in layer.entries() {
            let listed = listed?;
            if listed.kind == "dir" {
                directories.add(layers, blobs, index, &listed);
            }
            let lower = known.insert(listed.path, (index, listed));
            if index < base || problems.len() > MOST {
                continue;
            }
            if let Some((below, lower)) = lower {
                problems.extend(problem(&layers[below], &lower, layer, &listed));
            }
        }
    }
    Ok((known, directories, problems))
}

fn problem(below: &Layer, lower: &Listed, layer: &Layer, upper: &Listed) -> Option<String> {
    let path = &*shown_name(upper.path);
    if (lower.kind == "dir") != (upper.kind == "dir") {
        return Some(format!(
            "`/{path}` is {} in {below} and {} in {layer}",
            what(lower),
            what(upper)
        ));
    }
    // Directories are checked separately. A layer that is not a package may replace files of packages.
    if upper.kind == "dir" || below.package().is_none() || layer.package().is_none() {
        return None;
    }
    let facts = |of: &Listed<'_>| [of.kind, of.content, of.mode, of.uid, of.gid].map(str::to_owned);
    (facts(lower) != facts(upper)).then(|| {
        format!("{below} and {layer} both have `/{path}`, but they differ: it is {} in one and {} in the other", with(lower), with(upper))
    })
}

fn what(listed: &Listed) -> String {
    match listed.kind {
        "dir" => "a directory".to_owned(),
        "link" => format!("a link to `{}`", shown_name(listed.content)),
        _ => "a file".to_owned(),
    }
}

/// Adds the properties in which two entries of the same type may differ.
fn with(listed: &Listed) -> String {
    let Listed { mode, uid, gid, .. } = listed;
    let content = match listed.kind {
        "link" => String::new(),
        _ => format!(" with SHA-256 {:.12}…", listed.content),
    };
    format!("{}{content}, {mode} {uid}:{gid}", what(listed))
}
