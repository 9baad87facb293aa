//! Layers that are derived from packages and archives.

use blob::{Error, Result};
use image_definition::{ArchiveLayer, Compression, Definition, Layering, LdSoCacheLayer};

use super::entries::relative;
use super::layer::{self, parts, Layer, LIBRARIES};
use super::packages::Locked;
use super::step::{File, Step, Tool};
use super::steps::Steps;

/// A layer that the assembler makes from one package.
pub(crate) struct Derived<'a> {
    /// The command of the assembler.
    pub(crate) command: &'a str,
    /// The name of the package.
    pub(crate) package: &'a str,
    /// Options with their values.
    pub(crate) options: Vec<(&'a str, &'a str)>,
    /// Files with further certificates.
    pub(crate) extra: &'a [String],
    pub(crate) created_by: &'a str,
}

impl Derived<'_> {
    pub(crate) fn add(
        &self,
        steps: &mut Steps,
        locked: Locked<'_>,
        compression: Compression,
    ) -> Result<Layer> {
        let package = steps.package(self.package, locked.package(self.package)?);
        let mut step = Step::new(Tool::LayerAssembler, self.command);
        step.input("--deb", File::Package(package));
        for (option, value) in &self.options {
            if *option == "--format" {
                // The rules give the certificates before the further options.
                step.inputs("--extra-pem", self.extra_files());
            }
            step.option(option, value);
        }
        if !self.options.iter().any(|(option, _)| *option == "--format") {
            step.inputs("--extra-pem", self.extra_files());
        }
        let id = layer::add(
            steps,
            step,
            self.command,
            self.created_by,
            compression,
            true,
        );
        Ok(Layer {
            packages: vec![package],
            ..Layer::of_files(id, self.command)
        })
    }

    fn extra_files(&self) -> impl Iterator<Item = File> + '_ {
        self.extra.iter().map(|path| File::User(path.clone()))
    }
}

/// The cache of the loader for the packages of the layers below it.
pub(crate) fn ld_so_cache(
    steps: &mut Steps,
    definition: &Definition,
    options: &LdSoCacheLayer,
    below: &[Layer],
    locked: Locked<'_>,
) -> Result<Layer> {
    let mut packages = Vec::new();
    let mut files = Vec::new();
    for name in &options.base_packages {
        let package = steps.package(name, locked.package(name)?);
        packages.push(package);
        files.push(File::Package(package));
    }
    for layer in parts(below).into_iter().filter(|layer| layer.whole) {
        for package in &layer.packages {
            if packages.contains(package) {
                continue;
            }
            // The same step must make the layer and the libraries of a package, otherwise it is read twice.
            let step = match definition.layering {
                Layering::Package => layer.step,
                Layering::Single | Layering::Origin(_) => steps.plain(layer.step),
            };
            packages.push(*package);
            files.push(File::Output(step, LIBRARIES));
        }
    }
    if packages.is_empty() {
        let cause = "there is no package below it, so there are no libraries";
        return Err(Error::cannot("make layer", "ld_so_cache", cause)
            .hint("name the packages of the base image in `base_packages`"));
    }
    let mut step = Step::new(Tool::LayerAssembler, "ld-so-cache");
    step.inputs("--package", files);
    step.option("--architecture", locked.architecture.oci);
    let compression = definition.compression;
    let id = layer::add(steps, step, "ld-so-cache", "ldconfig", compression, true);
    Ok(Layer {
        packages,
        ..Layer::of_files(id, "ld-so-cache")
    })
}

/// Files of a release archive.
pub(crate) fn archive(
    steps: &mut Steps,
    layer: &ArchiveLayer,
    name: &str,
    compression: Compression,
) -> Layer {
    let mut step = Step::new(Tool::LayerAssembler, "archive");
    step.input("--archive", File::User(layer.archive.clone()));
    if let Some(sha256) = &layer.sha256 {
        step.option("--sha256", sha256);
    }
    let extract = layer.extract.iter();
    let mut pairs: Vec<String> = extract
        .map(|(target, source)| format!("{source}={}", relative(target)))
        .collect();
    pairs.sort();
    step.options("--file", pairs);
    let digests = layer.file_sha256.iter();
    let mut pairs: Vec<String> = digests.map(|(file, hex)| format!("{file}={hex}")).collect();
    pairs.sort();
    step.options("--file-sha256", pairs);
    let annotations = layer.annotations.iter();
    let mut pairs: Vec<String> = annotations
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.sort();
    step.options("--annotation", pairs);
    step.option("--mode", &layer.mode);
    step.option("--mtime", layer.mtime);
    let created_by = layer.created_by.clone();
    let created_by = created_by.unwrap_or_else(|| format!("archive {name}"));
    let id = self::layer::add(steps, step, name, &created_by, compression, true);
    Layer {
        origin: layer.archive.clone(),
        size: layer.size,
        ..Layer::of_files(id, name)
    }
}
