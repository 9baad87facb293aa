//! `index_writer layout`.

use std::path::PathBuf;

use blob::Result;
use clap::Args;
use oci::{Naming, RefName};
use worker::Request;

use crate::files::{read_text, Content};

/// Writes an image or an index, with all its blobs, to a directory in OCI image layout format.
#[derive(Args)]
pub(crate) struct Layout {
    #[command(flatten)]
    content: Content,
    /// Name of the image or index in the layout, for tools that require one.
    #[arg(long, value_name = "NAME")]
    ref_name: Option<String>,
    /// Bazel's file of stable status (`--stamp`). Its STABLE_GIT_COMMIT becomes an annotation in `index.json`, which
    /// does not change the digest of the image.
    #[arg(long, value_name = "FILE")]
    status: Option<PathBuf>,
    /// Directory to write; it may exist if it is empty.
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
}

impl Layout {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let status = self.status.as_deref();
        let naming = Naming {
            name: self.ref_name.as_deref().map(RefName::parse).transpose()?,
            revision: match status.map(|path| read_text(request, path)).transpose()? {
                Some(status) => revision(&status).map(str::to_owned),
                None => None,
            },
        };
        let closure = self.content.closure(request)?;
        oci::Layout::create(&closure, &naming, &request.path(&self.output))?.commit()
    }
}

/// A status file has one key and value on each line; without a workspace status command, the commit is missing.
fn revision(status: &str) -> Option<&str> {
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix("STABLE_GIT_COMMIT "))?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::revision;

    #[test]
    fn the_revision_is_that_of_the_status_command() {
        let status = "BUILD_EMBED_LABEL \nSTABLE_GIT_COMMIT 26e3213\nSTABLE_X y\n";
        assert_eq!(revision(status), Some("26e3213"));
        assert_eq!(revision("BUILD_HOST x\nSTABLE_GIT_COMMIT \n"), None);
    }
}
