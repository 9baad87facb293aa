//! Checks of the model: values that no format allows.

use std::collections::BTreeSet;

use image_contents::{Image, Layer, Licenses};

use crate::file::File;
use crate::license_texts::{is_reference, references};
use crate::Subject;

/// The problems of a model, one sentence each.
pub(crate) fn problems(subject: Subject<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    if let Subject::Index(index) = subject {
        common(&index.name, &index.created, &mut problems);
        if index.images.is_empty() {
            problems.push("the index has no image".to_owned());
        }
    }
    for image in subject.images() {
        of_image(image, &mut problems);
    }
    problems.dedup();
    problems
}

fn common(name: &str, created: &str, problems: &mut Vec<String>) {
    if name.is_empty() {
        problems.push("the name is empty".to_owned());
    }
    if !is_time(created) {
        problems.push(format!(
            "the creation time is `{created}`; expected UTC without a fraction, like `2026-11-21T02:34:56Z`"
        ));
    }
}

fn of_image(image: &Image, problems: &mut Vec<String>) {
    common(&image.name, &image.created, problems);
    for layer in &image.layers {
        of_layer(layer, problems);
    }
}

fn of_layer(layer: &Layer, problems: &mut Vec<String>) {
    for package in &layer.packages {
        let id = &package.id;
        if id.name.is_empty() || id.version.is_empty() || package.source.name.is_empty() {
            problems.push(format!(
                "package `{id}` lacks a name, a version or a source package"
            ));
        }
        of_licenses(&id.to_string(), &package.licenses, problems);
    }
    for runtime in &layer.runtimes {
        if !runtime.purl.starts_with("pkg:") || runtime.name.is_empty() {
            problems.push(format!(
                "runtime `{}` has the package URL `{}`; expected a name and a URL that begins with `pkg:`",
                runtime.name, runtime.purl
            ));
        }
        of_licenses(&runtime.name, &runtime.licenses, problems);
    }
    let mut paths = BTreeSet::new();
    for file in layer.all_entries().filter_map(File::of) {
        let path = file.path;
        if path.is_empty() || path.starts_with('/') {
            problems.push(format!("the path `{path}` is not relative"));
        }
        if !paths.insert(path) {
            problems.push(format!("layer `{}` has `{path}` twice", layer.digest));
        }
    }
}

fn of_licenses(owner: &str, licenses: &Licenses, problems: &mut Vec<String>) {
    let used: BTreeSet<&str> = licenses.expressions().flat_map(references).collect();
    for name in used {
        if !is_reference(name) {
            problems.push(format!(
                "`{owner}` has the license `{name}`; a reference has letters, digits, `-` and `.` only"
            ));
        } else if !licenses.texts.contains_key(name) {
            problems.push(format!(
                "`{owner}` has the license `{name}`, whose text is missing"
            ));
        }
    }
    for (name, text) in &licenses.texts {
        if !is_reference(name) || text.trim().is_empty() {
            problems.push(format!(
                "`{owner}` has the license text `{name}`, which is empty or no `LicenseRef-`"
            ));
        }
    }
    if licenses.expressions().any(|text| text.trim().is_empty()) {
        problems.push(format!("`{owner}` has an empty license expression"));
    }
}

/// Whether a time has the only form that SPDX allows.
fn is_time(text: &str) -> bool {
    let form = "0000-00-00T00:00:00Z";
    let mut pairs = text.bytes().zip(form.bytes());
    text.len() == form.len()
        && pairs.all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            form => byte == form,
        })
}
