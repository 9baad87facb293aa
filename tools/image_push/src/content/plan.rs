//! The plan of a run: a JSON file that a Bazel rule writes (docs/tool_contract.md, "Plan of image_push").

use std::path::{Path, PathBuf};

use blob::{read_regular, Error, Result, ResultExt};
use oci::Created;
use serde::Deserialize;
use serde_json::Value;

use super::Runfiles;

/// The version that this program reads.
const VERSION: u64 = 1;

/// The largest plan that is read.
const MAX_PLAN: u64 = 64 << 20;

/// The largest file with tags.
const MAX_TAG_FILE: u64 = 64 << 10;

/// A plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The path of the file, for messages.
    pub file: PathBuf,
    /// The directory of all paths in the plan.
    pub runfiles: Runfiles,
    /// The images.
    pub images: Vec<PlanImage>,
    /// The layers of all images.
    pub layers: Vec<PlanLayer>,
    /// Statements about the images.
    pub statements: Vec<PlanStatement>,
    /// Repositories for the images, if the command line names none.
    pub repositories: Vec<String>,
    /// The template of the references, if the command line does not have one.
    pub template: Option<String>,
}

/// A layer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanLayer {
    /// The path of its metadata.
    pub metadata: String,
    /// The path of its blob; empty if only a remote cache has it.
    pub blob: String,
}

/// A statement about an image.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanStatement {
    /// The type, a URL.
    #[serde(rename = "type")]
    pub predicate_type: String,
    /// The path of the predicate, a JSON file.
    pub file: String,
    /// The path of a file with the digest of the image.
    pub digest: String,
}

/// An image for one architecture, or an index.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanImage {
    /// The name, such as `static`; empty for an image that the repository alone names.
    #[serde(default)]
    pub name: String,
    /// The distro, such as `debian12`.
    #[serde(default)]
    pub distro: String,
    /// The tag, such as `debug-nonroot-arm64`.
    #[serde(default)]
    pub tag: String,
    /// The variant, such as `debug-nonroot`.
    #[serde(default)]
    pub variant: String,
    /// The architecture; empty for an index.
    #[serde(default)]
    pub architecture: String,
    /// The time of the snapshot, such as `2026-11-21T02:34:56Z`; empty if there are no dated tags.
    #[serde(default)]
    pub date: String,
    /// The version of the runtime, such as `21.0.5`; empty if there is none.
    #[serde(default)]
    pub runtime: String,
    /// The path of the descriptor of the image; empty if there is a layout.
    #[serde(default)]
    pub root: String,
    /// The path of an OCI layout with this image only, a directory or an archive; empty if there is a root.
    #[serde(default)]
    pub layout: String,
    /// The paths of indexes, manifests and configurations.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Positions in the list of layers.
    #[serde(default)]
    pub layers: Vec<usize>,
    /// Further moving tags; after [`Plan::read`] also those of the files.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The paths of text files with a moving tag in each line.
    #[serde(default)]
    pub tag_files: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u64,
    /// The launcher reads it ([`super::launched_command`]).
    #[serde(default, rename = "command")]
    _command: Option<LaunchedCommand>,
    layers: Vec<PlanLayer>,
    images: Vec<PlanImage>,
    #[serde(default)]
    statements: Vec<PlanStatement>,
    #[serde(default)]
    repositories: Vec<String>,
    #[serde(default)]
    template: Option<String>,
}

/// The command that the program of a Bazel rule runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaunchedCommand {
    /// `push`.
    Push,
    /// `load`.
    Load,
}

impl Plan {
    /// Reads a plan, whose paths are below `runfiles`.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has another version, an unknown or missing field, or an invalid date or position.
    pub fn read(file: &Path, runfiles: Runfiles) -> Result<Self> {
        let name = file.display();
        let bytes = read_regular(file, MAX_PLAN).cannot("read", &name)?;
        check_version(&bytes).map_err(|error| error.within("read", &name))?;
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        let parsed = serde_path_to_error::deserialize(&mut deserializer);
        let parsed: File = parsed.map_err(|error| {
            let cause = format!("at `{}`: {}", error.path(), error.inner());
            Error::cannot("read", &name, cause)
        })?;
        deserializer.end().cannot("read", &name)?;
        let mut plan = Self {
            file: file.to_owned(),
            runfiles,
            images: parsed.images,
            layers: parsed.layers,
            statements: parsed.statements,
            repositories: parsed.repositories,
            template: parsed.template,
        };
        plan.check()?;
        plan.read_tags()?;
        Ok(plan)
    }

    fn read_tags(&mut self) -> Result<()> {
        for image in &mut self.images {
            for path in &image.tag_files {
                let bytes = read_regular(&self.runfiles.file(path), MAX_TAG_FILE);
                let text = String::from_utf8(bytes.cannot("read tags", path)?);
                let text = text.cannot("read tags", path)?;
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                image.tags.extend(lines.map(str::to_owned));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        for (position, image) in self.images.iter().enumerate() {
            if image.root.is_empty() == image.layout.is_empty() {
                let cause = "expected either `root` or `layout`";
                return Err(self.refuse(format_args!("images[{position}]"), cause));
            }
            if !image.date.is_empty() {
                Created::parse(&image.date)
                    .map_err(|error| self.refuse(format_args!("images[{position}].date"), error))?;
            }
            if let Some(at) = image.layers.iter().position(|at| *at >= self.layers.len()) {
                let count = self.layers.len();
                let found = image.layers[at];
                let cause = format!("expected a number below {count}, found {found}");
                return Err(self.refuse(format_args!("images[{position}].layers[{at}]"), cause));
            }
        }
        Ok(())
    }

    /// The error for a field.
    pub(super) fn refuse(
        &self,
        field: impl std::fmt::Display,
        cause: impl std::fmt::Display,
    ) -> Error {
        let cause = format!("at `{field}`: {cause}");
        Error::cannot("read", self.file.display(), cause)
    }
}

impl PlanImage {
    /// The name in messages and patterns: `NAME-DISTRO:TAG`, without parts that are empty, or the path of the descriptor.
    pub fn title(&self) -> String {
        let name = [self.name.as_str(), &self.distro];
        let name = name.iter().filter(|part| !part.is_empty());
        let name = name.copied().collect::<Vec<_>>().join("-");
        match (name.as_str(), self.tag.as_str()) {
            ("", "") => format!("{}{}", self.root, self.layout),
            ("", tag) => tag.to_owned(),
            (name, "") => name.to_owned(),
            (name, tag) => format!("{name}:{tag}"),
        }
    }

    /// The day of the snapshot: `20261121`.
    pub fn day(&self) -> Option<String> {
        let day = self.date.get(..10)?;
        Some(day.replace('-', ""))
    }
}

/// A plan of another version is of another release: its fields would only confuse.
fn check_version(bytes: &[u8]) -> Result<()> {
    let value: Value = serde_json::from_slice(bytes).cannot("read", "JSON")?;
    let version = value.get("version");
    if version.and_then(Value::as_u64) == Some(VERSION) {
        return Ok(());
    }
    let found = version.map_or_else(|| "no number".to_owned(), ToString::to_string);
    let found = message::shorten(&found);
    let cause = format!("expected {VERSION}, found {found}");
    Err(Error::cannot("use", "version", cause)
        .hint("take the rules and the program from the same release"))
}

/// The command in the plan of a launcher. A plan that cannot be read is reported by [`Plan::read`].
pub(crate) fn launched_command(file: &Path) -> LaunchedCommand {
    #[derive(Deserialize)]
    struct Launcher {
        command: Option<LaunchedCommand>,
    }
    let bytes = read_regular(file, MAX_PLAN).unwrap_or_default();
    let launcher = serde_json::from_slice::<Launcher>(&bytes).ok();
    let command = launcher.and_then(|launcher| launcher.command);
    command.unwrap_or(LaunchedCommand::Push)
}
