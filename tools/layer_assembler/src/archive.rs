use std::path::PathBuf;

use blob::{Digest, Error, Result};
use layer::{Archive, ArchiveFile};
use layer_arguments::{pair, LayerArguments, Resolve};

/// Writes a layer with files of a release archive
#[derive(clap::Args)]
pub(crate) struct ArchiveArguments {
    /// The archive, a .tar.gz with one top-level directory
    #[arg(long, value_name = "FILE")]
    archive: PathBuf,
    /// The SHA-256 digest that the archive must have
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    /// A file of the archive: its path below that directory, and its path in the layer; may be given several times
    #[arg(long = "file", value_name = "FROM=TO", required = true)]
    files: Vec<String>,
    /// The SHA-256 digest that a file must have; may be given several times
    #[arg(long = "file-sha256", value_name = "FROM=HEX")]
    file_sha256s: Vec<String>,
    /// The mode of the files, in octal
    #[arg(long, default_value = "0644")]
    mode: String,
    /// The modification time of the files, in seconds since 1970
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    mtime: u64,
    #[command(flatten)]
    layer: LayerArguments,
}

impl ArchiveArguments {
    /// Writes the layer.
    pub(crate) fn run(&self, resolve: Resolve) -> Result<()> {
        let archive = self.archive(resolve)?;
        let mut layer = self.layer.create(resolve)?;
        layer::archive(&archive, &mut layer)?;
        layer.finish()
    }

    fn archive(&self, resolve: Resolve) -> Result<Archive> {
        let shown = self.archive.display().to_string();
        let sha256 = self.sha256.as_deref();
        Ok(Archive {
            path: resolve(&self.archive),
            sha256: sha256.map(Digest::from_hex).transpose()?,
            files: self.files()?,
            mode: layer::parse_mode(&self.mode)
                .map_err(|cause| Error::cannot("extract", &shown, cause))?,
            mtime: self.mtime,
            shown,
        })
    }

    fn files(&self) -> Result<Vec<ArchiveFile>> {
        let files = self.files.iter().map(|text| {
            let (from, to) = pair("file", text, "FROM=TO")?;
            ArchiveFile::new(from, to).map_err(|error| error.within("read", "--file"))
        });
        let mut files = files.collect::<Result<Vec<_>>>()?;
        for text in &self.file_sha256s {
            let (from, hex) = pair("file-sha256", text, "FROM=HEX")?;
            let file = files.iter_mut().find(|file| file.is_from(from));
            let file = file.ok_or_else(|| {
                let cause = format!("no `--file` names `{from}`");
                Error::cannot("read", "--file-sha256", cause)
            })?;
            file.sha256 = Some(Digest::from_hex(hex)?);
        }
        Ok(files)
    }
}
