//! Runs a plan: its commands in this process, on all processors, with a cache of their results.

mod base_lister;
mod cache;
mod key;
mod layout;
mod schedule;
mod tool;
mod unfinished;

use std::path::Path;

use blob::{read_text, Digest, Error, Result, ResultExt};

use crate::inputs::Inputs;
use crate::plan::{File, Plan, StepId};
use cache::Cache;
use schedule::Schedule;

/// A result of a command that is a text: a digest, a report, or the metadata of a layer.
const MAX_RESULT: u64 = 64 << 20;

/// Where a build reads and writes.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The directory of the definition, to which its paths are relative.
    pub directory: &'a Path,
    /// The OCI layout directory to write. A layout that is there is replaced.
    pub output: &'a Path,
    /// The directory of the cache. Several builds may use it at the same time.
    pub cache: &'a Path,
    /// A text that changes with each version of the tools, such as the digest of the program: results of other versions
    /// are not used.
    pub version: &'a str,
    /// The number of commands that run at the same time.
    pub threads: usize,
}

/// The result of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The digest of the image or index.
    pub digest: Digest,
    /// The report: packages, and effects of maintainer scripts that the image lacks.
    pub report: String,
    /// The number of commands that ran.
    pub ran: usize,
    /// The number of commands whose result was in the cache.
    pub cached: usize,
}

/// Runs a plan, and writes the layout.
///
/// # Errors
///
/// A file is unavailable, a command fails, or the output is a directory of something else.
pub fn run(plan: &Plan, inputs: &dyn Inputs, options: &Options<'_>) -> Result<Built> {
    let cache = Cache::open(options.cache)?;
    layout::check_free(options.output)?;
    let schedule = Schedule::new(plan, inputs, options, &cache);
    let results = schedule.run()?;
    let read = |step: StepId, name: &'static str| {
        let path = results.path(&File::Output(step, name))?;
        read_text(&path, MAX_RESULT).cannot("read", path.display())
    };
    let root = plan.index.or_else(|| Some(plan.images.first()?.documents));
    let Some(root) = root else {
        let cause = "expected at least one architecture";
        return Err(Error::cannot("build", &plan.name, cause));
    };
    let digest: Digest = read(root, crate::plan::DIGEST)?.trim().parse()?;
    layout::write(plan, root, &results, options)?;
    Ok(Built {
        digest,
        report: read(plan.report, crate::plan::REPORT)?,
        ran: results.ran,
        cached: results.cached,
    })
}
