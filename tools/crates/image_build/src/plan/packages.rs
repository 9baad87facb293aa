//! Layers of packages of the lock.

use std::collections::BTreeSet;

use arch::Architecture;
use blob::{Error, Result};
use image_definition::{Definition, LocaleLayer, PackageLayer};
use lock::{Lock, LockedPackage, ALL};
use message::nearest;

use super::layer::{self, Layer, LIBRARIES};
use super::step::{File, Step, Tool};
use super::steps::Steps;

/// The distro from which on `/bin`, `/lib` and `/sbin` are links, by the version of its base-files.
const FIRST_MERGED_USR: u64 = 13;

/// The lock for one architecture.
#[derive(Clone, Copy)]
pub(crate) struct Locked<'a> {
    pub(crate) lock: &'a Lock,
    pub(crate) architecture: &'static Architecture,
}

/// Which files of a package a layer has.
#[derive(Default)]
pub(crate) struct Choices<'a> {
    /// All if it is empty.
    pub(crate) include: Vec<String>,
    pub(crate) merged_usr: bool,
    pub(crate) mtime: Option<u64>,
    pub(crate) unregistered: bool,
    /// The name of the layer, and its text in the history, instead of those of the package.
    pub(crate) named: Option<(&'a str, String)>,
}

impl<'a> Locked<'a> {
    /// A package of the lock.
    pub(crate) fn package(&self, name: &str) -> Result<&'a LockedPackage> {
        let debian = self.architecture.debian;
        if let Some(package) = self.lock.package(name, debian) {
            return Ok(package);
        }
        let cause = match self.lock.packages.get(name) {
            Some(files) => {
                let files: Vec<String> = files.keys().map(|key| format!("`{key}`")).collect();
                format!(
                    "the lock has it for {}, not for `{debian}`",
                    files.join(", ")
                )
            }
            None => {
                let names = self.lock.packages.keys().map(String::as_str);
                let near = nearest(name, names);
                let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
                let near = near.join(", ");
                if near.is_empty() {
                    "it is not in the lock".to_owned()
                } else {
                    format!("it is not in the lock; similar names: {near}")
                }
            }
        };
        Err(Error::cannot("use package", name, cause)
            .hint("correct the name, or run `distroless lock` again"))
    }

    /// The architecture that the control file of a package states.
    fn stated_architecture<'b>(&self, name: &str, package: &'b LockedPackage) -> &'b str {
        let has_all = self
            .lock
            .packages
            .get(name)
            .is_some_and(|files| files.contains_key(ALL));
        match &package.architecture {
            Some(architecture) => architecture,
            None if has_all => ALL,
            None => self.architecture.debian,
        }
    }

    /// The packages of the image in the order of their layers: those of the definition, each above its dependencies if
    /// these are added.
    pub(crate) fn names(&self, definition: &Definition) -> Result<Vec<String>> {
        if !definition.dependencies {
            return Ok(definition.packages.clone());
        }
        let mut names = Vec::new();
        let mut seen = BTreeSet::new();
        for name in &definition.packages {
            self.add_with_dependencies(name, &mut seen, &mut names)?;
        }
        Ok(names)
    }

    /// Adds a package after its dependencies, without recursion: a lock may have long chains and circles.
    fn add_with_dependencies(
        &self,
        name: &str,
        seen: &mut BTreeSet<String>,
        names: &mut Vec<String>,
    ) -> Result<()> {
        // The second value is the number of dependencies that were visited.
        let mut open = vec![(name.to_owned(), 0)];
        if !seen.insert(name.to_owned()) {
            return Ok(());
        }
        while let Some((name, visited)) = open.last_mut() {
            match self.package(name)?.depends.get(*visited) {
                Some(needed) => {
                    *visited += 1;
                    if seen.insert(needed.clone()) {
                        open.push((needed.clone(), 0));
                    }
                }
                None => {
                    names.push(name.clone());
                    open.pop();
                }
            }
        }
        Ok(())
    }

    /// Whether files move below `/usr` by default.
    pub(crate) fn has_merged_usr(&self) -> bool {
        let package = self.lock.package("base-files", self.architecture.debian);
        let version = package
            .map(|package| package.version.as_str())
            .unwrap_or_default();
        let number: String = version.chars().take_while(char::is_ascii_digit).collect();
        number
            .parse()
            .is_ok_and(|number: u64| number >= FIRST_MERGED_USR)
    }
}

/// The layer of a whole package, as a hub has it.
pub(crate) fn whole(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    name: &str,
) -> Result<Layer> {
    let merged_usr = definition
        .merged_usr
        .unwrap_or_else(|| locked.has_merged_usr());
    let choices = Choices {
        merged_usr,
        ..Choices::default()
    };
    extract(steps, definition, locked, name, choices)
}

/// A layer of a package in `layers`.
pub(crate) fn chosen(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    layer: &PackageLayer,
) -> Result<Layer> {
    let merged_usr = layer.merged_usr.or(definition.merged_usr);
    let choices = Choices {
        include: layer.include.clone(),
        merged_usr: merged_usr.unwrap_or_else(|| locked.has_merged_usr()),
        ..Choices::default()
    };
    extract(steps, definition, locked, &layer.package, choices)
}

/// A locale of libc-bin.
pub(crate) fn locale(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    locale: &LocaleLayer,
) -> Result<Layer> {
    let created_by = if locale.registered {
        "deb locale".to_owned()
    } else {
        format!("locale {}", locale.charset)
    };
    let choices = Choices {
        include: vec![
            format!("usr/lib/locale/{}", locale.charset),
            "usr/share/doc/libc-bin/copyright".to_owned(),
        ],
        mtime: locale.mtime,
        unregistered: !locale.registered,
        named: Some(("locale", created_by)),
        ..Choices::default()
    };
    extract(steps, definition, locked, "libc-bin", choices)
}

fn extract(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    name: &str,
    choices: Choices<'_>,
) -> Result<Layer> {
    let package = locked.package(name)?;
    let number = steps.package(name, package);
    let mut step = Step::new(Tool::DebExtractor, "");
    step.input("--deb", File::Package(number));
    let architecture = locked.stated_architecture(name, package);
    if choices.named.is_none() {
        step.option("--sha256", package.sha256.hex());
        step.option("--package", name);
        step.option("--version", &package.version);
        step.option("--architecture", architecture);
    }
    step.options("--include", &choices.include);
    if choices.merged_usr {
        step.switch("--merged-usr");
    }
    if let Some(mtime) = choices.mtime {
        step.option("--mtime", mtime);
    }
    if choices.unregistered {
        step.switch("--unregistered");
    }
    let whole = choices.include.is_empty();
    if whole {
        step.output("--libraries", LIBRARIES);
    }
    let (layer_name, created_by) = match choices.named {
        Some((name, created_by)) => (name, created_by),
        None => (
            name,
            format!("deb {name} {} {architecture}", package.version),
        ),
    };
    let is_hub_layer = layer_name == name;
    let id = layer::add(
        steps,
        step,
        layer_name,
        &created_by,
        definition.compression,
        true,
    );
    Ok(Layer {
        origin: if is_hub_layer {
            package.source.clone()
        } else {
            layer_name.to_owned()
        },
        size: if is_hub_layer {
            package.size.unwrap_or_default()
        } else {
            0
        },
        packages: vec![number],
        whole,
        ..Layer::of_files(id, layer_name)
    })
}
