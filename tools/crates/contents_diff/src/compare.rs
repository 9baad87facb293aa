//! Compares two sides.

mod changelogs;
mod files;
mod issues;
mod layers;
mod libraries;
mod merged;
mod packages;
mod settings;
mod side;

use std::collections::{BTreeMap, BTreeSet};

use image_contents::{Contents, Image};

pub use issues::Issues;
pub use packages::PackageSet;
pub use side::{changelogs, symbols, Changelogs, Side, Symbols};

use crate::report::{ImageReport, Report, Subject};

/// Compares two images or indexes. The images of two indexes are compared by platform. If one side is a single image,
/// it is compared with the image of its platform on the other side.
pub fn compare(old: &Side, new: &Side) -> Report {
    let mut report = Report {
        old: subject(old.contents),
        new: subject(new.contents),
        ..Report::default()
    };
    let (olds, news) = (images(old.contents), images(new.contents));
    if let (Contents::Image(left), Contents::Image(right)) = (old.contents, new.contents) {
        report
            .images
            .push(compare_images((old, left), (new, right)));
        return report;
    }
    for (platform, left) in &olds {
        if let Some(right) = news.get(platform) {
            report
                .images
                .push(compare_images((old, left), (new, right)));
        }
    }
    let platforms = |images: &BTreeMap<String, &Image>| -> BTreeSet<String> {
        images.keys().cloned().collect()
    };
    let (olds, news) = (platforms(&olds), platforms(&news));
    if matches!(new.contents, Contents::Index(_)) {
        report.added_platforms = news.difference(&olds).cloned().collect();
    }
    if matches!(old.contents, Contents::Index(_)) {
        report.removed_platforms = olds.difference(&news).cloned().collect();
    }
    report
}

/// Compares the packages of two locks, for each platform.
pub fn compare_packages(
    (old, olds): (Subject, &BTreeMap<String, PackageSet>),
    (new, news): (Subject, &BTreeMap<String, PackageSet>),
) -> Report {
    let names = |sets: &BTreeMap<String, PackageSet>| -> BTreeSet<String> {
        sets.keys().cloned().collect()
    };
    let (left, right) = (names(olds), names(news));
    let shared = left.intersection(&right);
    let images = shared.map(|platform| ImageReport {
        platform: platform.clone(),
        packages: packages::compare(&olds[platform], &news[platform]),
        ..ImageReport::default()
    });
    Report {
        old,
        new,
        images: images.collect(),
        added_platforms: right.difference(&left).cloned().collect(),
        removed_platforms: left.difference(&right).cloned().collect(),
    }
}

fn compare_images((old, left): (&Side, &Image), (new, right): (&Side, &Image)) -> ImageReport {
    let platforms = [platform(left), platform(right)];
    let platform = if platforms[0] == platforms[1] {
        platforms[0].clone()
    } else {
        platforms.join(" and ")
    };
    let sets = [left, right].map(packages::of_image);
    let packages = packages::compare(&sets[0], &sets[1]);
    let runtimes = [left, right].map(packages::runtimes_of_image);
    let runtimes = packages::compare(&runtimes[0], &runtimes[1]);
    let merged = [merged::merge(left), merged::merge(right)];
    let changed = packages.iter().chain(&runtimes).map(|change| &*change.name);
    let changed: BTreeSet<&str> = changed.collect();
    ImageReport {
        platform,
        changelogs: changelogs::compare(&packages, old, new),
        libraries: libraries::compare((old, left), (new, right)),
        files: files::compare(&merged[0], &merged[1], &changed),
        settings: settings::compare(left, right),
        issues: issues::compare(old.issues.get(&left.digest), new.issues.get(&right.digest)),
        layers: Some(layers::compare(left, right)),
        sizes: files::sizes(&merged[0], &merged[1]),
        packages,
        runtimes,
    }
}

/// The images of a side by platform. Of several images for one platform, the first counts, as for container engines.
fn images(contents: &Contents) -> BTreeMap<String, &Image> {
    let mut by_platform = BTreeMap::new();
    for image in contents.images() {
        by_platform.entry(platform(image)).or_insert(image);
    }
    by_platform
}

/// The platform without a variant that means the same as none
/// (<https://github.com/containerd/platforms/blob/main/database.go>).
fn platform(image: &Image) -> String {
    let platform = image.platform();
    let default = match &*image.architecture {
        "amd64" => "/v1",
        "arm64" => "/v8",
        _ => return platform,
    };
    match platform.strip_suffix(default) {
        Some(plain) => plain.to_owned(),
        None => platform,
    }
}

fn subject(contents: &Contents) -> Subject {
    let created = match contents {
        Contents::Image(image) => &image.created,
        Contents::Index(index) => &index.created,
    };
    Subject {
        name: contents.name().to_owned(),
        digest: Some(contents.digest().to_string()),
        created: Some(created.clone()).filter(|created| !created.is_empty()),
    }
}
