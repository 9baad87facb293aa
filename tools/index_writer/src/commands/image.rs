//! `index_writer image`.

use std::path::PathBuf;

use blob::Result;
use clap::Args;
use oci::{Base, Blobs, Created, LayerMetadata, Naming, Pairs, Platform, RefName, Settings};
use worker::Request;

use crate::files::{add_layers, read_document, read_layer, ManifestFiles};

/// Writes the configuration and the manifest of an image from the metadata of its layers, and with --layout also an OCI
/// image layout.
#[derive(Args)]
pub(crate) struct Image {
    /// Operating system.
    #[arg(long)]
    os: String,
    /// Architecture, by OCI's name.
    #[arg(long)]
    architecture: String,
    /// Variant of the architecture: v7, v8.
    #[arg(long)]
    variant: Option<String>,
    /// Configuration of the base image.
    #[arg(long, value_name = "FILE", requires = "base_manifest")]
    base_config: Option<PathBuf>,
    /// Manifest of the base image.
    #[arg(long, value_name = "FILE", requires = "base_config")]
    base_manifest: Option<PathBuf>,
    /// Metadata of a layer; may be given several times, lowest first.
    #[arg(long = "layer", value_name = "METADATA")]
    layers: Vec<PathBuf>,
    /// Environment variable; may be given several times. A variable of the base image keeps its position and gets the
    /// new value.
    #[arg(long, value_name = "KEY=VALUE")]
    env: Vec<String>,
    /// One word of the entrypoint; may be given several times. Without --cmd, the default arguments of the base image
    /// are removed.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    entrypoint: Vec<String>,
    /// One word of the default arguments; may be given several times.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    cmd: Vec<String>,
    /// User, optionally with a colon and a group.
    #[arg(long)]
    user: Option<String>,
    /// Working directory.
    #[arg(long, value_name = "DIR")]
    workdir: Option<String>,
    /// Label of the configuration, which overrides that of the base image; may be given several times. Labels of the
    /// base image that begin with `org.opencontainers.image.` are dropped.
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<String>,
    /// Annotation of the manifest, which overrides that of the base image; may be given several times. Annotations of
    /// the base image that begin with `org.opencontainers.image.` are dropped.
    #[arg(long = "annotation", value_name = "KEY=VALUE")]
    annotations: Vec<String>,
    /// Published name of the base image, for the annotation `org.opencontainers.image.base.name`.
    #[arg(long, value_name = "NAME", requires = "base_manifest")]
    base_name: Option<String>,
    /// The image is a base image: write annotations that begin with `org.opencontainers.image.` to its descriptor, not
    /// to its manifest.
    #[arg(long)]
    is_base: bool,
    /// The layers are the whole image: use the configuration of the base image, but not its layers.
    #[arg(long, requires = "base_manifest")]
    whole: bool,
    /// Creation time, RFC 3339 in UTC; by default that of the base image, or 1970-01-01T00:00:00Z without one.
    #[arg(long, value_name = "TIME")]
    created: Option<String>,
    #[command(flatten)]
    outputs: ManifestFiles,
    /// Directory to write the image to, as an OCI image layout.
    #[arg(long, value_name = "DIR")]
    layout: Option<PathBuf>,
    /// Name of the image in the layout, for tools that require one.
    #[arg(long, value_name = "NAME", requires = "layout")]
    ref_name: Option<String>,
    /// Metadata and file of a layer of the layout, including those of the base image; may be given several times, in
    /// any order.
    #[arg(long = "layer-blob", value_name = "METADATA=BLOB", requires = "layout")]
    layer_blobs: Vec<String>,
}

impl Image {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let settings = self.settings()?;
        let base = self.base(request)?;
        let layers = self.layers.iter().map(|path| read_layer(request, path));
        let layers: Vec<LayerMetadata> = layers.collect::<Result<_>>()?;
        let image = oci::image(&settings, base.as_ref(), &layers)?;
        let layout = self.layout(request, &image)?;

        let outputs = &self.outputs;
        let outputs =
            outputs.outputs(request, &image.config, &image.manifest, &image.descriptor)?;
        layout.map_or(Ok(()), oci::Layout::commit)?;
        outputs.commit()
    }

    fn settings(&self) -> Result<Settings> {
        Ok(Settings {
            platform: Platform::new(&self.os, &self.architecture, self.variant.as_deref())?,
            created: self.created.as_deref().map(Created::parse).transpose()?,
            env: Pairs::parse("--env", &self.env)?,
            entrypoint: self.entrypoint.clone(),
            cmd: self.cmd.clone(),
            user: self.user.clone(),
            workdir: self.workdir.clone(),
            labels: Pairs::parse("--label", &self.labels)?,
            annotations: Pairs::parse("--annotation", &self.annotations)?,
            base_name: self.base_name.clone(),
            is_base: self.is_base,
            whole: self.whole,
        })
    }

    fn base(&self, request: &Request) -> Result<Option<Base>> {
        let (Some(config), Some(manifest)) = (&self.base_config, &self.base_manifest) else {
            return Ok(None);
        };
        let config = read_document(request, config)?;
        Base::read(&config, &read_document(request, manifest)?).map(Some)
    }

    fn layout(&self, request: &Request, image: &oci::Image) -> Result<Option<oci::Layout>> {
        let Some(output) = &self.layout else {
            return Ok(None);
        };
        let mut blobs = Blobs::new();
        blobs.add_document(image.config.clone());
        blobs.add_document(image.manifest.clone());
        add_layers(&mut blobs, request, "--layer-blob", &self.layer_blobs)?;
        let closure = blobs.closure(image.descriptor.clone())?;
        let naming = Naming {
            name: self.ref_name.as_deref().map(RefName::parse).transpose()?,
            revision: None,
        };
        oci::Layout::create(&closure, &naming, &request.path(output)).map(Some)
    }
}
