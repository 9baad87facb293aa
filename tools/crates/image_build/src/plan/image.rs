//! The documents of an image and of an index.

use std::path::PathBuf;

use blob::{Blob, Digest, Result};
use image_definition::{Created, Definition};
use serde_json::json;

use super::added;
use super::check;
use super::layer::Layer;
use super::layering::lay_out;
use super::packages::Locked;
use super::standard::variables;
use super::step::{File, Step, StepId, Tool};
use super::steps::Steps;
use crate::base::BaseImage;

pub(crate) const CONFIG: &str = "config.json";
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const DESCRIPTOR: &str = "descriptor.json";
pub(crate) const DIGEST: &str = "digest";
pub(crate) const INDEX: &str = "index.json";
pub(crate) const REPORT: &str = "report";

/// An image of a plan.
#[derive(Debug)]
pub(crate) struct PlannedImage {
    /// The step that makes the documents.
    pub(crate) documents: StepId,
    /// The steps of the layers that the image adds, lowest first.
    pub(crate) layers: Vec<StepId>,
    /// The layers of the base, lowest first.
    pub(crate) base_layers: Vec<BaseLayer>,
    pub(crate) report: StepId,
}

/// A layer of a base.
#[derive(Clone, Debug)]
pub(crate) struct BaseLayer {
    pub(crate) path: PathBuf,
    pub(crate) blob: Blob,
    /// The metadata file of the layer (`docs/tool_contract.md`).
    pub(crate) metadata: String,
}

/// Plans an image for one architecture.
pub(crate) fn image(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    base: Option<&BaseImage<'_>>,
) -> Result<PlannedImage> {
    let names = locked.names(definition)?;
    let added = added::layers(steps, definition, locked, &names)?;
    let base_layers = base.map(base_layers).unwrap_or_default();
    let layers = lay_out(
        steps,
        added,
        definition.layering,
        base_layers.len(),
        &definition.name,
        definition.compression,
    );
    let settings = variables(definition, &names);
    let documents = documents(steps, definition, locked, base, &layers, &settings);
    let listing = base.map(|base| check::base_listing(steps, base));
    let report = check::report(steps, definition, locked, listing, &layers);
    if !layers.is_empty() || starts_something(definition) {
        check::check(steps, definition, listing, &layers, documents);
    }
    Ok(PlannedImage {
        documents,
        layers: layers.iter().map(|layer| layer.step).collect(),
        base_layers,
        report,
    })
}

/// Whether the image itself sets a command, or a user by name.
fn starts_something(definition: &Definition) -> bool {
    let is_named = |user: &str| {
        !user
            .replace(':', "")
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    };
    let user = definition.user.as_ref();
    !definition.entrypoint.is_empty()
        || !definition.cmd.is_empty()
        || user.is_some_and(|user| is_named(&user.0))
}

fn base_layers(base: &BaseImage<'_>) -> Vec<BaseLayer> {
    let layers = base.image.layers().iter().zip(base.layers());
    let layers = layers.map(|(layer, blob)| {
        let diff_id = layer.diff_id.unwrap_or(blob.digest);
        let metadata = json!({
            "annotations": layer.annotations,
            "diff_id": diff_id.to_string(),
            "digest": blob.digest.to_string(),
            "mediaType": oci_media_type(layer.media_type.as_ref()),
            "name": layer.name,
            "size": blob.size,
        });
        BaseLayer {
            path: base.blob(blob.digest),
            blob,
            metadata: metadata.to_string(),
        }
    });
    layers.collect()
}

/// OCI's media type of a layer: images get it instead of Docker's.
fn oci_media_type(media_type: &str) -> String {
    match media_type {
        "application/vnd.docker.image.rootfs.diff.tar.gzip" => {
            "application/vnd.oci.image.layer.v1.tar+gzip".to_owned()
        }
        "application/vnd.docker.image.rootfs.diff.tar" => {
            "application/vnd.oci.image.layer.v1.tar".to_owned()
        }
        other => other.to_owned(),
    }
}

/// Adds the step that writes configuration and manifest, with the arguments of `rules/private/actions/image.bzl`.
fn documents(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    base: Option<&BaseImage<'_>>,
    layers: &[Layer],
    variables: &[(String, String)],
) -> StepId {
    let mut step = Step::new(Tool::IndexWriter, "image");
    step.option("--os", "linux");
    step.option("--architecture", locked.architecture.oci);
    let own = Some(locked.architecture.variant.to_owned());
    let variant = match base {
        Some(base) => base.image.config().variant().clone(),
        None => own.filter(|variant| !variant.is_empty()),
    };
    step.options("--variant", variant);
    if let Some(base) = base {
        let blob = |digest: Digest| File::Blob(base.blob(digest), digest);
        step.input("--base-config", blob(base.image.config_digest()));
        step.input("--base-manifest", blob(base.manifest));
    }
    if definition.is_base {
        step.switch("--is-base");
    }
    step.inputs("--layer", layers.iter().map(Layer::metadata));
    let pair = |(key, value): (&str, &String)| format!("{key}={value}");
    step.options(
        "--env",
        variables
            .iter()
            .map(|(key, value)| format!("{key}={value}")),
    );
    step.options("--entrypoint", &definition.entrypoint);
    step.options("--cmd", &definition.cmd);
    step.options("--user", definition.user.iter().map(|user| &user.0));
    step.options("--workdir", &definition.workdir);
    step.options("--label", definition.labels.iter().map(pair));
    step.options("--annotation", definition.annotations.iter().map(pair));
    step.options("--base-name", &definition.base_name);
    match &definition.created {
        Some(Created::At(time)) => step.option("--created", time),
        Some(Created::Lock) => step.option("--created", locked.lock.snapshot()),
        None => {}
    }
    step.output("--config", CONFIG);
    step.output("--manifest", MANIFEST);
    step.output("--descriptor", DESCRIPTOR);
    step.output("--digest", DIGEST);
    steps.add(step)
}

/// Adds the steps of the index and of its report. One image has no index.
pub(crate) fn index(
    steps: &mut Steps,
    definition: &Definition,
    images: &[PlannedImage],
) -> (Option<StepId>, StepId) {
    if let [image] = images {
        return (None, image.report);
    }
    let mut step = Step::new(Tool::IndexWriter, "index");
    let descriptors = images
        .iter()
        .map(|image| File::Output(image.documents, DESCRIPTOR));
    step.inputs("--image", descriptors);
    let annotations = definition.index_annotations.iter();
    step.options(
        "--annotation",
        annotations.map(|(key, value)| format!("{key}={value}")),
    );
    step.output("--index", INDEX);
    step.output("--descriptor", DESCRIPTOR);
    step.output("--digest", DIGEST);
    let index = steps.add(step);
    let mut step = Step::new(Tool::ImageInspector, "join");
    let reports = images
        .iter()
        .map(|image| File::Output(image.report, REPORT));
    step.inputs("--report", reports);
    step.output("--output", REPORT);
    (Some(index), steps.add(step))
}
