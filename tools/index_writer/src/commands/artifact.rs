//! `index_writer artifact`.

use std::path::{Path, PathBuf};

use blob::{Result, ResultExt};
use clap::Args;
use oci::{ArtifactConfig, ArtifactFile, Created, Pairs};
use worker::Request;

use crate::files::{hash, read_document, ManifestFiles};

/// Computes the manifest of an artifact: files of any media type, that are no layers of an image.
#[derive(Args)]
pub(crate) struct Artifact {
    /// What the artifact is, a media type.
    #[arg(long, value_name = "TYPE")]
    artifact_type: Option<String>,
    /// A file of the artifact and its media type; may be given several times.
    #[arg(long = "file", value_name = "TYPE=FILE")]
    files: Vec<String>,
    /// The configuration; without, and without --wasm, it is the empty one.
    #[arg(
        long,
        value_name = "FILE",
        requires = "config_type",
        conflicts_with = "wasm"
    )]
    config_file: Option<PathBuf>,
    /// Media type of the configuration.
    #[arg(long, value_name = "TYPE", requires = "config_file")]
    config_type: Option<String>,
    /// Write the configuration of WebAssembly for this system: wasip1, wasip2.
    #[arg(long, value_name = "SYSTEM")]
    wasm: Option<String>,
    /// Time of creation in WebAssembly's configuration, RFC 3339 in UTC; 1970-01-01T00:00:00Z where it is left out.
    #[arg(long, value_name = "TIME", requires = "wasm")]
    created: Option<String>,
    /// Annotation of the manifest.
    #[arg(long = "annotation", value_name = "KEY=VALUE")]
    annotations: Vec<String>,
    #[command(flatten)]
    outputs: ManifestFiles,
}

impl Artifact {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let annotations = Pairs::parse("--annotation", &self.annotations)?;
        let files = self.files.iter().map(|file| read_file(request, file));
        let files: Vec<ArtifactFile> = files.collect::<Result<_>>()?;
        let config = self.configuration(request)?;
        let made = oci::artifact(self.artifact_type.as_deref(), &config, &files, &annotations)?;

        let outputs = &self.outputs;
        let outputs = outputs.outputs(request, &made.config, &made.manifest, &made.descriptor)?;
        outputs.commit()
    }

    fn configuration(&self, request: &Request) -> Result<ArtifactConfig> {
        if let Some(system) = &self.wasm {
            let created = self.created.as_deref().map(Created::parse).transpose()?;
            return Ok(ArtifactConfig::Wasm(
                system.clone(),
                created.unwrap_or_else(Created::epoch),
            ));
        }
        let (Some(file), Some(media_type)) = (&self.config_file, &self.config_type) else {
            return Ok(ArtifactConfig::Empty);
        };
        Ok(ArtifactConfig::Given(
            read_document(request, file)?,
            media_type.clone(),
        ))
    }
}

/// Splits at the first `=`, because a path may contain `=` and a media type may not.
fn read_file(request: &Request, text: &str) -> Result<ArtifactFile> {
    let halves = text.split_once('=').ok_or("expected TYPE=FILE");
    let (media_type, path) = halves.cannot("read", format!("--file {text}"))?;
    let path = Path::new(path);
    Ok(ArtifactFile {
        media_type: media_type.to_owned(),
        blob: hash(request, path)?,
        title: path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
    })
}
