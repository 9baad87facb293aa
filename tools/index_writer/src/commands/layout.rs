//! `index_writer layout`.

use std::path::PathBuf;

use blob::Result;
use clap::Args;
use oci::RefName;
use worker::Request;

use crate::files::Content;

/// Puts an image or an index and everything below it into a folder, an OCI image layout.
#[derive(Args)]
pub(crate) struct Layout {
    #[command(flatten)]
    content: Content,
    /// Name of it within the layout, for tools that want one.
    #[arg(long, value_name = "NAME")]
    ref_name: Option<String>,
    /// Folder to make; it may be there if it is empty.
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
}

impl Layout {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let name = self.ref_name.as_deref().map(RefName::parse).transpose()?;
        let closure = self.content.closure(request)?;
        oci::Layout::create(&closure, name.as_ref(), &request.path(&self.output))?.commit()
    }
}
