//! Artifacts: content that is not an image, pushed and pulled by oras and inspected by crane.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use clap::Args;

use crate::json;
use crate::layout::Layout;
use crate::process;
use crate::reference_tools::{ReferenceTool, ReferenceTools};
use crate::registry::Registry;
use crate::report::Report;

/// Pushes an artifact of one file to a registry, and pulls it again.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout of the artifact.
    #[arg(long)]
    layout: PathBuf,
    /// The type of the artifact, a media type.
    #[arg(long)]
    artifact_type: String,
    /// The file of the artifact.
    #[arg(long)]
    file: PathBuf,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let what = "what oras and crane make of an artifact";
    let (Some(oras), Some(crane), Some(server)) = (
        tools.find(report, "oras", what)?,
        tools.find(report, "crane", what)?,
        tools.find(report, "docker-registry", what)?,
    ) else {
        return Ok(());
    };
    let registry = Registry::start(&server, tools)?;
    let name = registry.reference("artifact:latest");
    let pushed = process::succeed(
        oras.command()
            .args(["cp", "--from-oci-layout", "--to-plain-http"])
            .arg(format!("{}:latest", options.layout.display()))
            .arg(&name),
    );
    report.check("oras cp", pushed.map(drop));
    report.check("crane manifest", same_manifest(options, &crane, &name));
    report.check("oras pull", same_file(options, &oras, tools, &name));
    Ok(())
}

/// Checks that the registry has the layout's manifest, with its artifact type.
fn same_manifest(options: &Options, crane: &ReferenceTool<'_>, name: &str) -> Result<()> {
    let layout = Layout::open(&options.layout)?;
    let expected = fs::read(layout.blob(layout.digest()?)?)?;
    let found = process::succeed(crane.command().args(["manifest", "--insecure", name]))?;
    ensure!(
        found.trim_ascii_end() == expected,
        "another manifest: {}",
        String::from_utf8_lossy(&found)
    );
    let manifest = json::parse(&expected)?;
    let kind = match manifest.get("artifactType") {
        Some(_) => json::text(&manifest, "artifactType")?,
        None => json::text(&manifest["config"], "mediaType")?,
    };
    ensure!(kind == options.artifact_type, "it says that it is `{kind}`");
    Ok(())
}

fn same_file(
    options: &Options,
    oras: &ReferenceTool<'_>,
    tools: &ReferenceTools,
    name: &str,
) -> Result<()> {
    let directory = tools.fresh_directory("pulled")?;
    let mut command = oras.command();
    command.args(["pull", "--plain-http", "--output"]);
    process::succeed(command.arg(&directory).arg(name))?;
    let file = options.file.file_name().context("a file has a name")?;
    let pulled = directory.join(Path::new(file));
    let pulled = fs::read(&pulled).with_context(|| format!("no `{}`", pulled.display()))?;
    ensure!(pulled == fs::read(&options.file)?, "another file");
    Ok(())
}
