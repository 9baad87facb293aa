//! Check `variants`: the relation of an image to another one.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use image_facts::Packages;
use rootfs::Image;
use serde_json::Value;

use super::check::{Check, Collects};
use super::declared::{Declared, Section};
use super::options::{CheckFlags, Relation};
use super::packages::Records;
use super::{verdict, CheckResult};

/// Fields of the configuration that may differ in a nonroot image.
const OF_NONROOT: [&str; 2] = ["config.User", "config.WorkingDir"];

/// Fields that depend on the layers.
const OF_LAYERS: [&str; 2] = ["history", "rootfs"];

/// Fields of the configuration that differ in a variant: `config.Env`.
const CONFIG: Section = Section("config");

/// Layers that a variant adds to its base image, by the text of their history.
const EXTRA_LAYERS: Section = Section("extra_layers");

/// Packages that only one of two images has.
const PACKAGES: Section = Section("packages");

pub(crate) const CHECK: Check = Check {
    name: "variants",
    help: "The image differs from another image only as --relation allows",
    collects: |flags| Collects {
        texts: flags.compares_packages(),
        ..Collects::NOTHING
    },
    reads_layers: CheckFlags::compares_packages,
    is_in_all: |flags| !flags.against.is_empty() || flags.relation.is_some(),
    evaluate: |facts| evaluate(facts.image, &facts.packages(), facts.flags, facts.declared),
    sections: &[CONFIG, EXTRA_LAYERS, PACKAGES],
    ..Check::OF_ROOT
};

/// `own` are the packages of the image, if the relation compares them.
fn evaluate(
    image: &Image,
    own: &Packages,
    flags: &CheckFlags,
    declared: &Declared,
) -> Result<Vec<CheckResult>> {
    let platform = flags
        .against_platform
        .clone()
        .unwrap_or_else(|| platform(image));
    let mut results = Vec::new();
    for path in &flags.against {
        let other = Image::open(path, Some(&platform))?;
        match flags.relation {
            Some(Relation::Nonroot) => results.extend(nonroot(image, &other, declared)?),
            Some(Relation::Debug) => results.extend(debug(image, &other, declared)?),
            Some(Relation::Subset) => {
                let records = Records::read(&other)?;
                results.push(subset(own, &records.packages(), declared));
            }
            Some(Relation::Packages) => {
                let records = Records::read(&other)?;
                results.push(same_packages(own, &records.packages(), declared));
            }
            Some(Relation::Same) => {
                let difference = difference(image, &other, &OF_LAYERS, |_| false)?;
                results.extend(super::same::evaluate(image, &other, difference)?);
            }
            Some(Relation::Files) => {
                let difference = difference(image, &other, &OF_LAYERS, |_| false)?;
                results.extend(super::files::evaluate(image, &other, difference)?);
            }
            None => {}
        }
    }
    let sections = match flags.relation {
        Some(Relation::Nonroot) => vec![CONFIG],
        Some(Relation::Debug) => vec![CONFIG, EXTRA_LAYERS],
        Some(Relation::Same | Relation::Files) => return Ok(results),
        _ => vec![PACKAGES],
    };
    let unused = sections
        .iter()
        .flat_map(|section| declared.unused(*section));
    results.push(verdict(
        "every declared difference exists",
        unused.collect::<Vec<_>>(),
    ));
    Ok(results)
}

fn platform(image: &Image) -> String {
    let config = image.config();
    let variant = config.variant().as_ref();
    let variant = variant.map_or(String::new(), |variant| format!("/{variant}"));
    format!("{}/{}{variant}", config.os(), config.architecture())
}

fn nonroot(image: &Image, root: &Image, declared: &Declared) -> Result<Vec<CheckResult>> {
    let (own, others) = (layers(image), layers(root));
    let mut problems = Vec::new();
    if own.len() != others.len() {
        problems.push(format!(
            "it has {} layers; the other image has {}",
            own.len(),
            others.len()
        ));
    }
    for (at, ((own, text), (other, _))) in own.iter().zip(&others).enumerate() {
        if own != other {
            problems.push(format!(
                "layer {at} ({text}) is {own}; in the other image: {other}"
            ));
        }
    }
    let mut users = Vec::new();
    let config = image.config().config().as_ref();
    let user = config
        .and_then(|config| config.user().as_deref())
        .unwrap_or_default();
    let name = user.split(':').next().unwrap_or_default();
    if matches!(name, "" | "root") || name.bytes().all(|byte| byte == b'0') {
        users.push(format!("its user is `{user}`"));
    }
    let difference = difference(image, root, &[], |field| {
        OF_NONROOT.contains(&field) || declared.allows(CONFIG, field)
    })?;
    // If the layers differ, so does the history.
    let difference: Vec<_> = difference
        .into_iter()
        .filter(|_| problems.is_empty())
        .collect();
    Ok(vec![
        verdict("the layers are the same", problems),
        verdict("the user is not root", users),
        verdict("the configuration differs only as declared", difference),
    ])
}

fn debug(image: &Image, base: &Image, declared: &Declared) -> Result<Vec<CheckResult>> {
    let mut missing = Vec::new();
    let mut extra = Vec::new();
    let mut expected = layers(base).into_iter().enumerate();
    for (at, (digest, text)) in layers(image).iter().enumerate() {
        // Layers that are skipped to reach this one are missing or out of order.
        let rest: Vec<_> = expected.clone().collect();
        if let Some(found) = rest.iter().position(|(_, (other, _))| other == digest) {
            missing.extend(expected.by_ref().take(found));
            expected.next();
        } else if !declared.allows(EXTRA_LAYERS, text) {
            extra.push(format!(
                "layer {at} ({text}) is neither in the other image nor declared"
            ));
        }
    }
    missing.extend(expected);
    let missing = missing.into_iter().map(|(at, (_, text))| {
        format!("layer {at} of the other image ({text}) is missing or out of order")
    });
    let missing: Vec<_> = missing.collect();
    let difference = difference(image, base, &OF_LAYERS, |field| {
        declared.allows(CONFIG, field)
    })?;
    Ok(vec![
        verdict("it has the layers of the other image, in order", missing),
        verdict("additional layers are declared", extra),
        verdict("the configuration differs only as declared", difference),
    ])
}

fn subset(own: &Packages, all: &Packages, declared: &Declared) -> CheckResult {
    let all = all.versions();
    let versions = own.versions();
    let more = versions
        .difference(&all)
        .filter(|(name, _)| !declared.allows(PACKAGES, name));
    let problems = more.map(
        |(name, version)| match all.iter().find(|(other, _)| other == name) {
            Some((_, other)) => {
                format!("package {name} has version {version}; in the other image it has version {other}")
            }
            None => format!("package {name} {version} is not in the other image"),
        },
    );
    verdict(
        "its packages are a subset of the other image's",
        problems.collect::<Vec<_>>(),
    )
}

/// Versions may differ: repositories are not equally recent for all architectures.
fn same_packages(own: &Packages, other: &Packages, declared: &Declared) -> CheckResult {
    let names = |packages: &Packages| packages.by_name.keys().cloned().collect::<BTreeSet<_>>();
    let (own, other) = (names(own), names(other));
    let only = own.symmetric_difference(&other);
    let only = only.filter(|name| !declared.allows(PACKAGES, name));
    let problems = only.map(|name| {
        if own.contains(name) {
            format!("package {name} is not in the other image")
        } else {
            format!("package {name} is only in the other image")
        }
    });
    verdict(
        "it has the same packages as the other image",
        problems.collect::<Vec<_>>(),
    )
}

/// Diff_id and history of each layer.
fn layers(image: &Image) -> Vec<(String, String)> {
    let layers = image.layers().iter();
    let layers = layers.zip(image.histories()).map(|(layer, text)| {
        let digest = layer
            .diff_id
            .map_or_else(|| layer.name.clone(), |diff_id| diff_id.to_string());
        (digest, text)
    });
    layers.collect()
}

/// A problem for each field that differs between the configurations, except those in `leave_out` and those that are
/// allowed.
fn difference(
    image: &Image,
    other: &Image,
    leave_out: &[&str],
    allowed: impl Fn(&str) -> bool,
) -> Result<Vec<String>> {
    let (own, other) = (fields(image, leave_out)?, fields(other, leave_out)?);
    let names: BTreeSet<&String> = own.keys().chain(other.keys()).collect();
    let mut problems = Vec::new();
    for name in names {
        let (own, other) = (own.get(name), other.get(name));
        if own != other && !allowed(name) {
            let show = |value: Option<&Value>| value.map_or("missing".to_owned(), Value::to_string);
            problems.push(format!(
                "`{name}` is {}; in the other image: {}",
                show(own),
                show(other)
            ));
        }
    }
    Ok(problems)
}

/// The fields of the configuration. Those of the object `config` are separate entries.
fn fields(image: &Image, leave_out: &[&str]) -> Result<BTreeMap<String, Value>> {
    let value = serde_json::to_value(image.config());
    let value = value.map_err(|error| Error::cannot("compare", "config", error))?;
    let mut fields = BTreeMap::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("config", Value::Object(config)) => {
                let config = config.iter();
                fields
                    .extend(config.map(|(name, value)| (format!("config.{name}"), value.clone())));
            }
            (name, _) if leave_out.contains(&name) => {}
            _ => {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
    Ok(fields)
}
