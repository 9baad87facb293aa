//! `prune`: manifests that nothing needs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use blob::{Digest, Result};
use clap::Args;
use jiff::civil::Date;
use registry::{Access, Repository};

use crate::connection::Connection;
use crate::output;
use crate::prune::{prune, read_names, Keep, Request};

/// List manifests that no tag, index or subject points to, and delete only those that are given
///
/// A registry does not list manifests without a tag. Give former ones with `--known`, such as the output of `push`.
#[derive(Debug, Args)]
pub(crate) struct Prune {
    /// Repository, such as `registry.example/team/app`.
    #[arg(value_parser = Repository::parse)]
    repository: Repository,
    /// File with digests that may exist: the output of former pushes, or one digest in each line; may be given several times.
    #[arg(long, value_name = "FILE")]
    known: Vec<PathBuf>,
    /// Also list dated tags except the newest ones, counted for each name before the date.
    #[arg(long, value_name = "NUMBER")]
    keep: Option<usize>,
    /// Also list dated tags that are older than this date. With `--keep`, both must be true.
    #[arg(long, value_name = "YYYY-MM-DD")]
    before: Option<Date>,
    /// Delete this manifest and its tags; may be given several times. It is refused if something that is not deleted needs
    /// it.
    #[arg(long, value_name = "DIGEST")]
    delete: Vec<Digest>,
    /// Delete this dated tag; may be given several times. The manifest stays, unless it is given with `--delete`.
    #[arg(long, value_name = "TAG")]
    delete_tag: Vec<String>,
    /// Delete the manifests and tags in this file: lines of the output of this command; may be given several times.
    #[arg(long, value_name = "FILE")]
    delete_file: Vec<PathBuf>,
    /// Only print what would be deleted.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    connection: Connection,
}

impl Prune {
    pub(crate) fn run(&self) -> Result<()> {
        let request = self.request()?;
        let is_deletion = !request.digests.is_empty() || !request.tags.is_empty();
        let access = if is_deletion && !self.dry_run {
            Access::Delete
        } else {
            Access::Pull
        };
        let progress = output::progress();
        let client = self.connection.client(&progress)?;
        prune(&client.repository(&self.repository, access), &request)
    }

    fn request(&self) -> Result<Request> {
        let mut known = Vec::new();
        for path in &self.known {
            let names = read_names(path, &self.repository)?;
            known.extend(names.into_iter().map(|name| name.digest));
        }
        let mut digests = self.delete.clone();
        let tags = self.delete_tag.iter().map(|tag| (tag.clone(), None));
        let mut tags: BTreeMap<String, Option<Digest>> = tags.collect();
        for path in &self.delete_file {
            for name in read_names(path, &self.repository)? {
                match name.tag {
                    Some(tag) => {
                        tags.insert(tag, Some(name.digest));
                    }
                    None => digests.push(name.digest),
                }
            }
        }
        Ok(Request {
            known,
            keep: Keep {
                newest: self.keep,
                since: self.before,
            },
            digests,
            tags,
            is_dry_run: self.dry_run,
            jobs: usize::from(self.connection.jobs),
        })
    }
}
