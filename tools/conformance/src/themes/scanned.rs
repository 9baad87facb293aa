//! SBOMs and a scanner: syft finds the same packages in an image and in its SBOMs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use clap::Args;
use serde_json::Value;

use crate::json;
use crate::platform::Platform;
use crate::process;
use crate::reference_tools::{ReferenceTool, ReferenceTools};
use crate::report::Report;

/// The formats that syft reads, and the names of the files.
const FORMATS: [(&str, &str); 2] = [
    ("spdx-2.3", "sbom.spdx.json"),
    ("cyclonedx-1.6", "sbom.cdx.json"),
];

/// Compares a scan of an image with the scanner's view of its SBOMs.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The program `evidence_writer`.
    #[arg(long)]
    writer: PathBuf,
    /// The contents of the image.
    #[arg(long)]
    contents: PathBuf,
    /// The layout of the image.
    #[arg(long)]
    image: PathBuf,
    /// The platform of the image.
    #[arg(long)]
    platform: Platform,
}

/// Name, version, source package with its version, and package URL with the architecture.
type Package = [String; 5];

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let what = format!("packages of {} by syft", options.platform);
    let Some(syft) = tools.find(report, "syft", &what)? else {
        return Ok(());
    };
    let scratch = tools.fresh_directory("scanned")?;
    let sboms = write(options, tools, &scratch)?;
    let image = format!("oci-dir:{}", options.image.display());
    let scan = syft_json(&syft, &["scan", &image])?;
    let expected = packages(&scan)?;
    let number = expected.len();
    report.check("the image has packages", check_number(number));
    for (format, file) in &sboms {
        let read = syft_json(&syft, &["convert", &file.display().to_string()])?;
        report.equal(
            format!("{what}: the same {number} in its SBOM in {format}"),
            &lines(&expected),
            &lines(&packages(&read)?),
        );
    }
    let spdx = sboms.first().context("no SBOM")?;
    let found = check_licenses(&scan, &json::read(&spdx.1)?);
    report.check("licenses of all packages for which syft finds some", found);
    Ok(())
}

fn check_number(number: usize) -> Result<()> {
    ensure!(number > 0, "syft found none");
    Ok(())
}

/// Writes the SBOMs. Returns the format and the file of each.
fn write<'f>(
    options: &Options,
    tools: &ReferenceTools,
    scratch: &Path,
) -> Result<Vec<(&'f str, PathBuf)>> {
    let mut files = Vec::new();
    for (format, name) in FORMATS {
        let file = scratch.join(name);
        let mut command = tools.system(&options.writer.to_string_lossy());
        command.arg("sbom").arg("--contents").arg(&options.contents);
        command
            .arg("--format")
            .arg(format)
            .arg("--output")
            .arg(&file);
        process::succeed(&mut command)?;
        files.push((format, file));
    }
    Ok(files)
}

fn syft_json(syft: &ReferenceTool<'_>, arguments: &[&str]) -> Result<Value> {
    let mut command = syft.command();
    // By default, syft hashes every file of every package; package lists do not need that.
    command.env("SYFT_FILE_METADATA_SELECTION", "none");
    command
        .args(arguments)
        .args(["--quiet", "--output=syft-json"]);
    json::parse(&process::succeed(&mut command)?)
}

/// The Debian packages. A package without a source package is its own source package.
fn packages(read: &Value) -> Result<BTreeSet<Package>> {
    let mut packages = BTreeSet::new();
    for artifact in json::items(&read["artifacts"]) {
        if artifact["type"] != "deb" {
            continue;
        }
        let (name, version) = (
            json::text(artifact, "name")?,
            json::text(artifact, "version")?,
        );
        let metadata = |field: &str, otherwise: &str| {
            let value = artifact["metadata"][field].as_str();
            value
                .filter(|value| !value.is_empty())
                .unwrap_or(otherwise)
                .to_owned()
        };
        packages.insert([
            name.to_owned(),
            version.to_owned(),
            metadata("source", name),
            metadata("sourceVersion", version),
            // An escaped colon is the same as a plain one.
            json::text(artifact, "purl")?.replace("%3A", ":"),
        ]);
    }
    Ok(packages)
}

fn lines(packages: &BTreeSet<Package>) -> String {
    let lines = packages.iter().map(|package| package.join(" ") + "\n");
    lines.collect()
}

/// Checks that the SBOM has a license for each package for which the scanner finds one.
fn check_licenses(scan: &Value, spdx: &Value) -> Result<()> {
    let packages = json::items(&spdx["packages"]).iter();
    let declared: BTreeMap<&str, &str> = packages
        .filter_map(|package| {
            Some((
                package["name"].as_str()?,
                package["licenseDeclared"].as_str()?,
            ))
        })
        .collect();
    for artifact in json::items(&scan["artifacts"]) {
        let name = json::text(artifact, "name")?;
        let has_license = !json::items(&artifact["licenses"]).is_empty();
        if artifact["type"] == "deb" && has_license {
            let license = declared.get(name).copied().unwrap_or("NOASSERTION");
            ensure!(
                license != "NOASSERTION",
                "`{name}` has no license in the SBOM"
            );
        }
    }
    Ok(())
}
