//! A layer of a plan, and the options that all commands have which make one.

use image_definition::Compression;

use super::step::{File, Step, StepId};
use super::steps::Steps;

pub(crate) const BLOB: &str = "layer";
pub(crate) const METADATA: &str = "layer.json";
pub(crate) const MTREE: &str = "layer.mtree";
pub(crate) const DETAILS: &str = "layer.details.json";
/// What the cache of the loader needs of a package; only layers of whole packages have it.
pub(crate) const LIBRARIES: &str = "layer.libraries.json";

/// A layer: the same facts as `LayerInfo` of the rules.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) step: StepId,
    /// Its name in messages.
    pub(crate) name: String,
    /// The source package: layers of one origin change together.
    pub(crate) origin: String,
    /// Approximate size in bytes; 0 if it is unknown.
    pub(crate) size: u64,
    /// The packages that it was made from, by their numbers in the plan.
    pub(crate) packages: Vec<usize>,
    /// Whether it has all files of these packages.
    pub(crate) whole: bool,
    /// The layers that were merged into it, lowest first and without compression; empty if it is no merged layer.
    pub(crate) merged: Vec<Layer>,
}

impl Layer {
    /// A layer of no package.
    pub(crate) fn of_files(step: StepId, name: &str) -> Self {
        Self {
            step,
            name: name.to_owned(),
            origin: String::new(),
            size: 0,
            packages: Vec::new(),
            whole: false,
            merged: Vec::new(),
        }
    }

    pub(crate) fn blob(&self) -> File {
        File::Output(self.step, BLOB)
    }

    pub(crate) fn metadata(&self) -> File {
        File::Output(self.step, METADATA)
    }

    pub(crate) fn mtree(&self) -> File {
        File::Output(self.step, MTREE)
    }
}

/// The layers before merging.
pub(crate) fn parts(layers: &[Layer]) -> Vec<&Layer> {
    let mut parts = Vec::new();
    for layer in layers {
        if layer.merged.is_empty() {
            parts.push(layer);
        } else {
            parts.extend(&layer.merged);
        }
    }
    parts
}

/// Adds the options of every command that makes a layer, in the order of `rules/private/actions/layer.bzl`.
pub(crate) fn add(
    steps: &mut Steps,
    mut step: Step,
    name: &str,
    created_by: &str,
    compression: Compression,
    has_details: bool,
) -> StepId {
    step.option("--name", name);
    step.option("--created-by", created_by);
    step.option("--compression", compression.name());
    step.output("--layer", BLOB);
    step.output("--metadata", METADATA);
    step.output("--mtree", MTREE);
    if has_details {
        step.output("--details", DETAILS);
    }
    steps.add(step)
}
