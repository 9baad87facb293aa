//! `index_writer artifact`.

use std::path::{Path, PathBuf};

use blob::{Result, ResultExt};
use clap::Args;
use oci::{ArtifactConfig, ArtifactFile, Created, Pairs};
use worker::Request;

use crate::files::{hash, read_document, ManifestFiles};

/// Writes the manifest of an artifact: files of any media type that are not layers of an image.
#[derive(Args)]
pub(crate) struct Artifact {
    /// Type of the artifact, a media type.
    #[arg(long, value_name = "TYPE")]
    artifact_type: Option<String>,
    /// A file of the artifact and its media type; may be given several times.
    #[arg(long = "file", value_name = "TYPE=FILE")]
    files: Vec<String>,
    /// Configuration; by default the empty one, or with --wasm the one for WebAssembly.
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
    /// Write the configuration for WebAssembly with this system interface: wasip1, wasip2.
    #[arg(long, value_name = "SYSTEM")]
    wasm: Option<String>,
    /// Creation time in the configuration for WebAssembly, RFC 3339 in UTC; by default 1970-01-01T00:00:00Z.
    #[arg(long, value_name = "TIME", requires = "wasm")]
    created: Option<String>,
    /// Annotation of the manifest; may be given several times.
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
