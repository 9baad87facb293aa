//! `index_writer image`.

use std::path::PathBuf;

use blob::Result;
use clap::Args;
use oci::{Base, Blobs, Created, LayerMetadata, Naming, Pairs, Platform, RefName, Settings};
use worker::Request;

use crate::files::{add_layers, read_document, read_layer, ManifestFiles};

/// Computes the config and the manifest of one image from the metadata of its layers; with --layout, assembles it too.
#[derive(Args)]
pub(crate) struct Image {
    /// Operating system.
    #[arg(long)]
    os: String,
    /// Architecture, in OCI's spelling.
    #[arg(long)]
    architecture: String,
    /// Variant of the architecture: v7, v8.
    #[arg(long)]
    variant: Option<String>,
    /// Config of the image to build upon.
    #[arg(long, value_name = "FILE", requires = "base_manifest")]
    base_config: Option<PathBuf>,
    /// Manifest of the image to build upon.
    #[arg(long, value_name = "FILE", requires = "base_config")]
    base_manifest: Option<PathBuf>,
    /// Metadata of a layer; may be given several times, lowest first.
    #[arg(long = "layer", value_name = "METADATA")]
    layers: Vec<PathBuf>,
    /// Environment variable; the base's keep their order, one that it has is replaced in its place.
    #[arg(long, value_name = "KEY=VALUE")]
    env: Vec<String>,
    /// One word of the command. Given without --cmd, it drops the base's default arguments.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    entrypoint: Vec<String>,
    /// One word of the default arguments.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    cmd: Vec<String>,
    /// User, and group after a colon.
    #[arg(long)]
    user: Option<String>,
    /// Working directory.
    #[arg(long, value_name = "DIR")]
    workdir: Option<String>,
    /// Label of the config, put over those of the base; its `org.opencontainers.image.…` are not taken over.
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<String>,
    /// Annotation of the manifest, put over those of the base; its `org.opencontainers.image.…` are not taken over.
    #[arg(long = "annotation", value_name = "KEY=VALUE")]
    annotations: Vec<String>,
    /// Where the base is published: the annotation `org.opencontainers.image.base.name`.
    #[arg(long, value_name = "NAME", requires = "base_manifest")]
    base_name: Option<String>,
    /// Other images are made on this one: annotations that begin with `org.opencontainers.image.` go to its descriptor.
    #[arg(long)]
    is_base: bool,
    /// The layers are the whole image: of the base, only the configuration is taken.
    #[arg(long, requires = "base_manifest")]
    whole: bool,
    /// Time of creation, RFC 3339 in UTC; the base's, or 1970-01-01T00:00:00Z, where it is left out.
    #[arg(long, value_name = "TIME")]
    created: Option<String>,
    #[command(flatten)]
    outputs: ManifestFiles,
    /// Folder to assemble the image in as an OCI image layout.
    #[arg(long, value_name = "DIR")]
    layout: Option<PathBuf>,
    /// Name of the image within the layout, for tools that want one.
    #[arg(long, value_name = "NAME", requires = "layout")]
    ref_name: Option<String>,
    /// File of a layer for the layout, also of those of the base; may be given several times, in any order.
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
