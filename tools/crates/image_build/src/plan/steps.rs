//! The steps of a plan, without repetitions.

use std::collections::HashMap;

use lock::LockedPackage;

use super::step::{Step, StepId};

/// Steps in an order in which each comes after those that make its inputs, and the packages that they read.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    pub(crate) steps: Vec<Step>,
    pub(crate) packages: Vec<(String, LockedPackage)>,
    known: HashMap<Step, StepId>,
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
