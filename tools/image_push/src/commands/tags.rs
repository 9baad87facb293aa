//! `tags`: the tags of a repository.

use blob::{Result, ResultExt};
use clap::Args;
use registry::{Access, Repository};

use crate::connection::Connection;
use crate::output;
use crate::tags::{listing, Line};

/// List the tags of repositories: digest, date, and other tags with the same digest
///
/// The date is that of a dated tag (`latest-20261121`) with the same digest, else that of the annotation
/// `org.opencontainers.image.created`.
#[derive(Debug, Args)]
pub(crate) struct Tags {
    /// Repository, such as `registry.example/team/app`.
    #[arg(required = true, value_name = "REPOSITORY", value_parser = Repository::parse)]
    repositories: Vec<Repository>,
    /// Also list the tags of signatures and referrers (`sha256-…`).
    #[arg(long)]
    all: bool,
    /// Print JSON: a list with an object for each tag.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    connection: Connection,
}

impl Tags {
    pub(crate) fn run(&self) -> Result<()> {
        let progress = output::progress();
        let client = self.connection.client(&progress)?;
        let jobs = usize::from(self.connection.jobs);
        let mut lines: Vec<Line> = Vec::new();
        for repository in &self.repositories {
            let repository = client.repository(repository, Access::Pull);
            lines.extend(listing(&repository, self.all, jobs)?);
        }
        if self.json {
            let text = serde_json::to_string_pretty(&lines).cannot("write", "JSON")?;
            return output::document(&text);
        }
        lines
            .iter()
            .try_for_each(|line| output::line(format_args!("{line}")))
    }
}
