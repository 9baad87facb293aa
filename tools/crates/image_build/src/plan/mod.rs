//! The plan of a build: which commands run, with which arguments and files.

mod added;
mod check;
mod derived;
mod entries;
mod image;
mod layer;
mod layering;
mod packages;
mod standard;
mod step;
mod steps;

use std::collections::BTreeSet;

use arch::Architecture;
use blob::{Error, Result};
use image_definition::Definition;
use lock::{Lock, LockedPackage};

use crate::base::Base;
use packages::Locked;
use steps::Steps;

pub(crate) use image::{
    BaseLayer, PlannedImage, CONFIG, DESCRIPTOR, DIGEST, INDEX, MANIFEST, REPORT,
};
pub(crate) use layer::{BLOB, METADATA};
pub(crate) use step::{File, Piece, Step, StepId, Tool};

/// The commands that build an image, and the files of the result.
#[derive(Debug)]
pub struct Plan {
    pub(crate) name: String,
    /// Each step comes after the steps that make its inputs.
    pub(crate) steps: Vec<Step>,
    /// The steps that do not run, because only the layer without compression is needed.
    pub(crate) unused: BTreeSet<StepId>,
    pub(crate) packages: Vec<(String, LockedPackage)>,
    pub(crate) images: Vec<PlannedImage>,
    /// The step that makes the index, if there are several images.
    pub(crate) index: Option<StepId>,
    /// The step that writes the report.
    pub(crate) report: StepId,
}

impl Plan {
    /// The number of commands.
    pub fn steps(&self) -> usize {
        self.steps.len() - self.unused.len()
    }

    /// The packages whose files the commands read: name and entry of the lock.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &LockedPackage)> {
        let packages = self.packages.iter();
        packages.map(|(name, package)| (name.as_str(), package))
    }
}

/// Plans the build of an image, or of an index if the definition has several architectures. `lock` is the one that the
/// definition names, and `base` its base image.
///
/// # Errors
///
/// A package is not in the lock, the lock or the base lacks an architecture, or the layers cannot be made.
pub fn plan(definition: &Definition, lock: &Lock, base: Option<&Base>) -> Result<Plan> {
    if definition.base.is_some() != base.is_some() {
        let cause = "expected the base image of the definition";
        return Err(Error::cannot("build", &definition.name, cause));
    }
    let mut steps = Steps::default();
    let mut images = Vec::new();
    for oci in &definition.architectures {
        let Some(architecture) = Architecture::by_oci(oci) else {
            let cause = "unknown architecture";
            return Err(Error::cannot(
                "build",
                &definition.name,
                format!("{cause} `{oci}`"),
            ));
        };
        let base = base.map(|base| base.image(oci)).transpose()?;
        let locked = Locked { lock, architecture };
        let image = image::image(&mut steps, definition, locked, base.as_ref());
        images.push(image.map_err(|error| {
            error.within("build", format!("{} for linux/{oci}", definition.name))
        })?);
    }
    let (index, report) = image::index(&mut steps, definition, &images);
    Ok(Plan {
        name: definition.name.clone(),
        unused: steps.unused(&images),
        steps: steps.steps,
        packages: steps.packages,
        images,
        index,
        report,
    })
}
