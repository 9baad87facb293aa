//! `tags`: the tags of a repository.

use blob::{Error, Result};
use clap::Args;
use registry::{Access, Repository, Selector};

use crate::connection::Connection;
use crate::output;

/// Lists the tags of repositories, each with the digest that it points to.
#[derive(Debug, Args)]
pub(crate) struct Tags {
    /// Repository, such as `registry.example/team/app`.
    #[arg(required = true)]
    repositories: Vec<String>,
    #[command(flatten)]
    connection: Connection,
}

impl Tags {
    pub(crate) fn run(&self) -> Result<()> {
        let progress = output::progress();
        let client = self.connection.client(&progress)?;
        for name in &self.repositories {
            let repository = Repository::parse(name)?;
            let repository = client.repository(&repository, Access::Pull);
            let tags = repository.tags()?;
            let tags = tags.ok_or_else(|| {
                Error::cannot("list tags of", name, "there is no such repository")
            })?;
            for tag in tags {
                if let Some(found) = repository.manifest_exists(&Selector::Tag(tag.clone()))? {
                    output::line(format_args!("{name}:{tag}@{}", found.blob.digest))?;
                }
            }
        }
        Ok(())
    }
}
