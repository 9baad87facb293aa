//! The second step: blobs. Each one is sent once to a registry; other repositories of the registry mount it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read};
use std::sync::{OnceLock, PoisonError};

use blob::{Blob, Digest, Error, Result};
use registry::{Content, Repository, Sent};
use transfer::Upload;

use super::summary::Outcome;
use super::target::{Context, Item, Target};
use super::work::Work;
use crate::content::{blob_of, Source};
use crate::pool;

/// Before a blob of this size is sent, all repositories of the run are asked for it, not only the first one.
const LARGE: u64 = 1 << 20;

/// A blob for some repositories of one registry.
struct Task<'a> {
    blob: Blob,
    source: &'a dyn Source,
    targets: Vec<&'a Target<'a>>,
    /// A repository that has it.
    home: OnceLock<Repository>,
}

/// A blob for one repository, after another one got it.
struct Mount<'t, 'a> {
    task: &'t Task<'a>,
    target: &'a Target<'a>,
}

type Tasks<'a> = BTreeMap<(String, Digest), Task<'a>>;

/// Brings all blobs of the manifests into their repositories. Failures are recorded there.
///
/// # Errors
///
/// A descriptor has another digest than SHA-256.
pub(super) fn push<'a>(
    context: &Context<'_>,
    groups: &'a [Vec<Item<'a>>],
    works: &[Work<'a>],
) -> Result<()> {
    let mut tasks = Tasks::new();
    for work in works.iter().filter(|work| !work.exists) {
        add(&mut tasks, work)?;
    }
    if tasks.is_empty() {
        return Ok(());
    }
    let unchanged = |item: &&Item<'_>| item.outcome.get() == Some(&Outcome::Unchanged);
    for item in groups.iter().flatten().filter(unchanged) {
        use_as_home(&tasks, item)?;
    }
    let mut tasks: Vec<Task<'a>> = tasks.into_values().collect();
    tasks.sort_by_key(|task| (Reverse(task.blob.size), task.blob.digest));
    let jobs = context.options.jobs;
    pool::for_each(jobs, &tasks, |task| find_home(context, task));
    let mounts = tasks.iter().flat_map(|task| {
        let targets = task.targets.iter();
        targets.map(move |target| Mount { task, target })
    });
    let missing = |mount: &Mount<'_, '_>| {
        let digest = mount.task.blob.digest;
        !mount.target.has_blob(digest) && !mount.target.has_failed(digest)
    };
    let mounts: Vec<_> = mounts.filter(missing).collect();
    pool::for_each(jobs, &mounts, |mount| {
        let result = bring(context, mount.task, mount.target);
        record(context, mount.task, mount.target, result);
    });
    Ok(())
}

fn add<'a>(tasks: &mut Tasks<'a>, work: &Work<'a>) -> Result<()> {
    let source = work.source.repository();
    let repository = work.target.repository();
    if source == Some(repository) {
        return Ok(());
    }
    for descriptor in &work.node.blobs {
        let blob = blob_of(descriptor)?;
        let key = (repository.host().to_owned(), blob.digest);
        let task = tasks.entry(key).or_insert_with(|| Task {
            blob,
            source: work.source,
            targets: Vec::new(),
            home: OnceLock::new(),
        });
        // All works of a repository follow each other.
        let last = task.targets.last();
        if last.is_none_or(|last| last.repository() != repository) {
            task.targets.push(work.target);
        }
        if let Some(source) = source.filter(|source| source.host() == repository.host()) {
            let _ = task.home.set(source.clone());
        }
    }
    Ok(())
}

/// A repository with an unchanged tag has all blobs below it.
fn use_as_home(tasks: &Tasks<'_>, item: &Item<'_>) -> Result<()> {
    let target = item.target;
    let host = target.repository().host();
    for node in item.image.graph.nodes() {
        for descriptor in &node.blobs {
            let digest = blob_of(descriptor)?.digest;
            if let Some(task) = tasks.get(&(host.to_owned(), digest)) {
                target.add_blob(digest);
                let _ = task.home.set(target.repository().clone());
            }
        }
    }
    Ok(())
}

/// Brings a blob into one repository of the registry, if no repository is known to have it.
fn find_home(context: &Context<'_>, task: &Task<'_>) {
    if task.home.get().is_some() {
        return;
    }
    let asked = if task.blob.size >= LARGE {
        task.targets.len()
    } else {
        1
    };
    for target in task.targets.iter().take(asked) {
        let result = exists(context, target, &task.blob);
        if matches!(result, Ok(true)) {
            let _ = task.home.set(target.repository().clone());
            return;
        }
        record(context, task, target, result.map(|_| ()));
    }
    let digest = task.blob.digest;
    for target in task
        .targets
        .iter()
        .filter(|target| !target.has_failed(digest))
    {
        let result = upload(context, task, target);
        let is_sent = result.is_ok();
        record(context, task, target, result);
        if is_sent {
            let _ = task.home.set(target.repository().clone());
            return;
        }
    }
}

/// Brings a blob into a repository, if possible from its home.
fn bring(context: &Context<'_>, task: &Task<'_>, target: &Target<'_>) -> Result<()> {
    let home = task.home.get().filter(|home| *home != target.repository());
    if let Some(home) = home.filter(|home| !is_refused(context, home)) {
        if target.is_given_up() {
            return Err(given_up(target));
        }
        if target.client.mount(&task.blob, home)? {
            return mounted(context, target, &task.blob);
        }
        let refused = context.refused.lock();
        let mut refused = refused.unwrap_or_else(PoisonError::into_inner);
        refused.insert(home.clone());
    }
    if exists(context, target, &task.blob)? {
        return Ok(());
    }
    upload(context, task, target)
}

/// Whether a repository has a blob.
fn exists(context: &Context<'_>, target: &Target<'_>, blob: &Blob) -> Result<bool> {
    if target.has_blob(blob.digest) {
        return Ok(true);
    }
    if !target.may_have_blobs(2 * context.options.jobs.max(8)) {
        return Ok(false);
    }
    if target.is_given_up() {
        return Err(given_up(target));
    }
    let exists = target.client.blob_exists(blob)?;
    target.looked_up(blob.digest, exists);
    if exists {
        context.counters.existing();
    }
    Ok(exists)
}

/// Mounts a blob from one of the repositories that may have it, or sends it.
fn upload(context: &Context<'_>, task: &Task<'_>, target: &Target<'_>) -> Result<()> {
    if target.is_given_up() {
        return Err(given_up(target));
    }
    let blob = &task.blob;
    let own = target.repository();
    let candidates = context.options.mount_from.iter();
    let mut candidates = candidates.filter(|from| from.host() == own.host() && *from != own);
    let last = candidates.next_back();
    for from in candidates {
        if target.client.mount(blob, from)? {
            return mounted(context, target, blob);
        }
    }
    let content = task.source.blob(blob)?;
    let name = format!("{own}@{}", blob.digest);
    let counted = Counted {
        content: &*content,
        upload: context.progress.upload(&name, own.path(), blob.size),
    };
    let sent = match last {
        Some(from) => target.client.mount_or_upload(blob, from, &counted)?,
        None => target.client.upload(blob, &counted)?,
    };
    if sent == Sent::Mounted {
        return mounted(context, target, blob);
    }
    counted.upload.done();
    context.counters.uploaded(blob.size);
    target.add_blob(blob.digest);
    Ok(())
}

fn mounted(context: &Context<'_>, target: &Target<'_>, blob: &Blob) -> Result<()> {
    context.counters.mounted();
    target.add_blob(blob.digest);
    Ok(())
}

fn is_refused(context: &Context<'_>, home: &Repository) -> bool {
    let refused: &HashSet<Repository> = &context
        .refused
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    refused.contains(home)
}

fn record(context: &Context<'_>, task: &Task<'_>, target: &Target<'_>, result: Result<()>) {
    match result {
        Ok(()) => {}
        Err(_) if target.is_given_up() => target.set_failed(task.blob.digest),
        Err(error) => target.fail(&context.failures, error, Some(task.blob.digest)),
    }
}

/// Not shown: the failures before it are.
fn given_up(target: &Target<'_>) -> Error {
    let cause = "too many operations failed";
    Error::cannot("push to", target.repository(), cause)
}

/// Content that reports how much of it was read.
struct Counted<'a> {
    content: &'a (dyn Content + Send + Sync + 'a),
    upload: Upload<'a>,
}

impl Content for Counted<'_> {
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + '_>> {
        self.upload.begin(from);
        let inner = self.content.open(from)?;
        let upload = &self.upload;
        Ok(Box::new(CountedReader { inner, upload }))
    }
}

struct CountedReader<'a> {
    inner: Box<dyn Read + 'a>,
    upload: &'a Upload<'a>,
}

impl Read for CountedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.upload.sent(read as u64);
        Ok(read)
    }
}
