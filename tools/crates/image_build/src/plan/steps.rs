//! The steps of a plan, without repetitions.

use std::collections::{BTreeSet, HashMap};

use lock::LockedPackage;

use super::image::PlannedImage;
use super::step::{File, Piece, Step, StepId};

/// Steps in an order in which each comes after those that make its inputs, and the packages that they read.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    pub(crate) steps: Vec<Step>,
    pub(crate) packages: Vec<(String, LockedPackage)>,
    known: HashMap<Step, StepId>,
    /// Steps of layers for which [`Steps::plain`] added another step.
    replaced: BTreeSet<StepId>,
}

impl Steps {
    /// Adds a step. Equal steps are one: images of several architectures share layers.
    pub(crate) fn add(&mut self, step: Step) -> StepId {
        if let Some(id) = self.known.get(&step) {
            return *id;
        }
        let id = StepId(self.steps.len());
        self.known.insert(step.clone(), id);
        self.steps.push(step);
        id
    }

    /// The step that makes the same layer as `id` without compression.
    pub(crate) fn plain(&mut self, id: StepId) -> StepId {
        let mut step = self.steps[id.0].clone();
        for argument in &mut step.arguments {
            if let [Piece::Text(text)] = argument.as_mut_slice() {
                if text.starts_with("--compression=") {
                    *text = "--compression=none".to_owned();
                }
            }
        }
        let plain = self.add(step);
        if plain != id {
            self.replaced.insert(id);
        }
        plain
    }

    /// The steps of layers that are only parts of merged layers: no step and no image needs the compressed form.
    pub(crate) fn unused(&self, images: &[PlannedImage]) -> BTreeSet<StepId> {
        let mut unused = self.replaced.clone();
        for file in self.steps.iter().flat_map(Step::files) {
            if let File::Output(step, _) = file {
                unused.remove(step);
            }
        }
        for step in images.iter().flat_map(|image| &image.layers) {
            unused.remove(step);
        }
        unused
    }

    /// The number of a package. Equal files are one package.
    pub(crate) fn package(&mut self, name: &str, package: &LockedPackage) -> usize {
        let same = |(_, known): &(String, LockedPackage)| known.sha256 == package.sha256;
        if let Some(number) = self.packages.iter().position(same) {
            return number;
        }
        self.packages.push((name.to_owned(), package.clone()));
        self.packages.len() - 1
    }
}
