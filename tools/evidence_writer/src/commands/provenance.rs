//! `provenance`: the provenance of an image or an index.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use blob::{Blob, Error, Outputs, Result, ResultExt};
use clap::Args;
use lock::Lock;
use provenance::{Build, Module, Parameters, Statement, ToolsLock};
use serde::de::IgnoredAny;
use serde::Deserialize;
use worker::Request;

use crate::files;

/// The maximum size of a lock in bytes.
const MAX_LOCK: u64 = 16 << 20;

/// Writes the provenance of an image or an index: SLSA provenance v1.
#[derive(Args)]
pub(crate) struct Provenance {
    /// Contents of the image or the index.
    #[arg(long, value_name = "FILE")]
    contents: PathBuf,
    /// Lock that packages or runtimes come from; may be given several times.
    #[arg(long = "lock", value_name = "FILE")]
    locks: Vec<PathBuf>,
    /// Lock of the programs of the rules.
    #[arg(long, value_name = "FILE")]
    tools_lock: Option<PathBuf>,
    /// Label of the image or the index in its module.
    #[arg(long, value_name = "LABEL")]
    target: String,
    /// Module that contains the target, `NAME@VERSION` or `NAME@`.
    #[arg(long, value_name = "MODULE")]
    module: Option<String>,
    /// Module with the rules, `NAME@VERSION` or `NAME@`.
    #[arg(long, value_name = "MODULE")]
    rules: String,
    /// Platform of a single image, such as `linux/arm64`.
    #[arg(long, value_name = "PLATFORM")]
    platform: Option<String>,
    /// Build setting, `LABEL=VALUE`; may be given several times.
    #[arg(long = "setting", value_name = "SETTING")]
    settings: Vec<String>,
    /// URI of the builder. By default the statement makes no promise about the builder.
    #[arg(long, value_name = "URI")]
    builder: Option<String>,
    /// Predicate to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Statement to write: the predicate with the digests of the image or the index.
    #[arg(long, value_name = "FILE")]
    statement: PathBuf,
}

/// The fields by which a lock of runtimes is recognised (`docs/reference/formats/runtime_lock.md`).
#[derive(Deserialize)]
struct RuntimeLock {
    #[serde(rename = "archives")]
    _archives: IgnoredAny,
    name: String,
}

/// The locks of packages, and those of runtimes with their names.
type Locks = (Vec<Lock>, Vec<(String, Blob)>);

impl Provenance {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let contents = files::read_contents(request, &self.contents)?;
        let (locks, runtime_locks) = self.locks(request)?;
        let tools = self.tools_lock.as_ref().map(|path| {
            let text = read_text(request, path)?;
            ToolsLock::parse(&path.display().to_string(), &text)
        });
        let tools = tools.transpose()?;
        let statement = Statement::of_build(&Build {
            contents: &contents,
            locks: &locks,
            runtime_locks: &runtime_locks,
            tools: tools.as_ref(),
            parameters: Parameters {
                module: self.module.as_deref().map(module),
                platform: self.platform.clone(),
                rules: module(&self.rules),
                settings: self.settings()?,
                target: self.target.clone(),
            },
            builder: self.builder.clone().filter(|uri| !uri.is_empty()),
        })?;
        let mut outputs = Outputs::new();
        for (path, text) in [
            (&self.output, statement.predicate_json()?),
            (&self.statement, statement.to_json()?),
        ] {
            outputs
                .add(&request.path(path), text.as_bytes())
                .map_err(|error| error.within("write", path.display()))?;
        }
        outputs.commit()
    }

    fn locks(&self, request: &Request) -> Result<Locks> {
        let (mut locks, mut runtimes) = (Vec::new(), Vec::new());
        for path in &self.locks {
            let text = read_text(request, path)?;
            match serde_json::from_str::<RuntimeLock>(&text) {
                Ok(lock) => {
                    let name = format!("{}.lock.json", lock.name);
                    runtimes.push((name, Blob::of(text.as_bytes())));
                }
                Err(_) => locks.push(Lock::parse(&path.display().to_string(), &text)?),
            }
        }
        Ok((locks, runtimes))
    }

    fn settings(&self) -> Result<BTreeMap<String, String>> {
        let settings = self.settings.iter().map(|setting| {
            let pair = setting.split_once('=');
            let (label, value) = pair.ok_or_else(|| {
                Error::cannot("read --setting", setting, "expected `LABEL=VALUE`")
            })?;
            Ok((label.to_owned(), value.to_owned()))
        });
        settings.collect()
    }
}

/// Parses `NAME@VERSION`.
fn module(text: &str) -> Module {
    let (name, version) = text.split_once('@').unwrap_or((text, ""));
    Module {
        name: name.to_owned(),
        version: version.to_owned(),
    }
}

fn read_text(request: &Request, path: &Path) -> Result<String> {
    let bytes = files::read(request, path, MAX_LOCK)?;
    String::from_utf8(bytes).cannot("read", path.display())
}
