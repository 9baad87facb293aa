//! The records of packages in an image: `var/lib/dpkg/status`, or a file for each package in `status.d`.

use std::collections::BTreeMap;

use deb::Paragraph;
use image_contents::Contact;
use image_facts::{PackageId, SourcePackage};

use crate::recorded::ReadRoot;
use crate::wanted::{INFO, STATUS};

/// A package, as its record describes it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) id: PackageId,
    pub(crate) source: SourcePackage,
    pub(crate) maintainer: Option<Contact>,
    pub(crate) homepage: Option<String>,
    pub(crate) section: Option<String>,
    /// The layer with its record.
    pub(crate) layer: usize,
    /// Whether the record is a file of its own in `status.d`.
    pub(crate) is_single: bool,
    /// The listed paths: files, links and directories.
    pub(crate) listed: Vec<String>,
}

/// All packages, sorted by name and architecture. A damaged record is no package.
pub(crate) fn find(read: &ReadRoot) -> Vec<Found> {
    let mut found = BTreeMap::new();
    if let Some((_, node)) = read.place(STATUS) {
        let text = deb::control_text(read.text_of(node).unwrap_or_default().to_vec());
        for paragraph in deb::paragraphs(&text).flatten() {
            add(&mut found, read, &paragraph, node.layer, false);
        }
    }
    for (path, node) in read.root.iter() {
        let Some((_, false)) = image_facts::status_file(path) else {
            continue;
        };
        let text = deb::control_text(read.text_of(node).unwrap_or_default().to_vec());
        if let Some(Ok(paragraph)) = deb::paragraphs(&text).next() {
            add(&mut found, read, &paragraph, node.layer, true);
        }
    }
    found.into_values().collect()
}

fn add(
    found: &mut BTreeMap<(String, String), Found>,
    read: &ReadRoot,
    record: &Paragraph,
    layer: usize,
    is_single: bool,
) {
    let (Some(name), Some(version)) = (record.get("Package"), record.get("Version")) else {
        return;
    };
    // A removed package with configuration files has a record, too.
    let status = record.get("Status").unwrap_or("install ok installed");
    if !status.ends_with(" installed") {
        return;
    }
    let id = PackageId {
        name: name.to_owned(),
        version: version.to_owned(),
        architecture: record.get("Architecture").unwrap_or_default().to_owned(),
    };
    let source = SourcePackage::parse(record.get("Source").unwrap_or(name));
    let text = |field: &str| record.get(field).map(str::to_owned);
    let package = Found {
        listed: listed(read, &id, is_single),
        source: SourcePackage {
            version: source.version.filter(|source| *source != id.version),
            name: source.name,
        },
        maintainer: record.get("Maintainer").and_then(Contact::parse),
        homepage: text("Homepage"),
        section: text("Section"),
        layer,
        is_single,
        id,
    };
    let key = (package.id.name.clone(), package.id.architecture.clone());
    found.entry(key).or_insert(package);
}

/// The paths in the lists of a package. The list of dpkg has all entries, that of MD5 sums only files.
fn listed(read: &ReadRoot, id: &PackageId, is_single: bool) -> Vec<String> {
    let PackageId {
        name, architecture, ..
    } = id;
    if is_single {
        let sums = read.text(&format!("{}{name}.md5sums", image_facts::STATUS));
        return sums.map(summed).unwrap_or_default();
    }
    let names = [
        format!("{INFO}{name}"),
        format!("{INFO}{name}:{architecture}"),
    ];
    let text = |suffix: &str| {
        let mut texts = names
            .iter()
            .filter_map(|name| read.text(&format!("{name}{suffix}")));
        texts.next()
    };
    match (text(".list"), text(".md5sums")) {
        (Some(list), _) => {
            let lines = list.split(|byte| *byte == b'\n');
            let lines = lines.filter(|line| !line.is_empty());
            lines
                .map(|line| rootfs::escape(line).into_owned())
                .collect()
        }
        (None, sums) => sums.map(summed).unwrap_or_default(),
    }
}

fn summed(text: &[u8]) -> Vec<String> {
    let sums = deb::md5sums(text);
    sums.map(|sum| rootfs::escape(sum.path.as_bytes()).into_owned())
        .collect()
}
