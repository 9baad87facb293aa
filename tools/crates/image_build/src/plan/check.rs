//! The checks and the report of an image, with the arguments of `rules/private/actions/inspect.bzl`.

use image_definition::Definition;

use super::image::{CONFIG, REPORT};
use super::layer::{parts, Layer};
use super::packages::Locked;
use super::step::{File, Step, StepId, Tool};
use super::steps::Steps;
use crate::base::BaseImage;

pub(crate) const LISTING: &str = "base.mtree";
pub(crate) const LISTED: &str = "base.json";

/// The file that exists if the checks succeed.
const CHECKED: &str = "checked";

/// Adds the step that lists all files of a base image as those of one layer.
pub(crate) fn base_listing(steps: &mut Steps, base: &BaseImage<'_>) -> StepId {
    let mut step = Step::new(Tool::BaseLister, "");
    // The digest of the manifest stands for the whole layout.
    let manifest = File::Blob(base.directory.to_owned(), base.manifest);
    step.input("--layout", manifest);
    let config = base.image.config();
    let platform = format!("{}/{}", config.os(), config.architecture());
    let variant = config
        .variant()
        .as_ref()
        .map(|variant| format!("/{variant}"));
    step.option("--platform", platform + &variant.unwrap_or_default());
    step.output("--metadata", LISTED);
    step.output("--mtree", LISTING);
    steps.add(step)
}

fn add_listings(step: &mut Step, base: Option<StepId>, layers: &[Layer]) {
    let base_file = |name| base.map(|step| File::Output(step, name));
    let layers = parts(layers);
    let metadata = layers.iter().map(|layer| layer.metadata());
    step.inputs("--metadata", base_file(LISTED).into_iter().chain(metadata));
    let mtrees = layers.iter().map(|layer| layer.mtree());
    step.inputs("--mtree", base_file(LISTING).into_iter().chain(mtrees));
}

/// Adds the check that the layers fit together, and that program and user exist.
pub(crate) fn check(
    steps: &mut Steps,
    definition: &Definition,
    base: Option<StepId>,
    layers: &[Layer],
    documents: StepId,
) {
    let mut step = Step::new(Tool::ImageInspector, "check");
    step.option("--image", &definition.name);
    step.option("--base-layers", usize::from(base.is_some()));
    if layers.iter().any(|layer| !layer.merged.is_empty()) {
        step.options("--parts", base.map(|_| 1));
        step.options(
            "--parts",
            layers.iter().map(|layer| layer.merged.len().max(1)),
        );
    }
    add_listings(&mut step, base, layers);
    step.input("--config", File::Output(documents, CONFIG));
    step.options("--unchecked", &definition.unchecked);
    step.output("--output", CHECKED);
    steps.add(step);
}

/// Adds the report of an image.
pub(crate) fn report(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    base: Option<StepId>,
    layers: &[Layer],
) -> StepId {
    let mut step = Step::new(Tool::ImageInspector, "report");
    step.option("--image", &definition.name);
    step.option(
        "--platform",
        format_args!("linux/{}", locked.architecture.oci),
    );
    add_listings(&mut step, base, layers);
    let layers = parts(layers);
    // Several layers may come from one package.
    let mut packages = Vec::new();
    for package in layers.iter().flat_map(|layer| &layer.packages) {
        if !packages.contains(package) {
            packages.push(*package);
        }
    }
    let is_whole = |package: &usize| {
        let mut whole = layers.iter().filter(|layer| layer.whole);
        whole.any(|layer| layer.packages.contains(package))
    };
    let (whole, some): (Vec<usize>, Vec<usize>) = packages.into_iter().partition(is_whole);
    step.inputs("--deb", whole.into_iter().map(File::Package));
    step.inputs("--part", some.into_iter().map(File::Package));
    step.output("--output", REPORT);
    steps.add(step)
}
