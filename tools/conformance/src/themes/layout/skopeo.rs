//! skopeo checks layouts and archives.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{ensure, Result};
use serde_json::Value;

use super::{Index, TestedImage};
use crate::json;
use crate::layout::Layout;
use crate::platform::Platform;
use crate::process;
use crate::reference_tools::{ReferenceTool, ReferenceTools};
use crate::report::Report;

pub(super) fn check(
    indexes: &[Index],
    images: &[TestedImage],
    tools: &ReferenceTools,
    report: &mut Report,
) -> Result<()> {
    let what = "what skopeo says of layouts and archives";
    let Some(tool) = tools.find(report, "skopeo", what)? else {
        return Ok(());
    };
    let skopeo = Skopeo { tool, tools };
    let copies = tools.fresh_directory("copies")?;
    for Index {
        variant,
        directory,
        archive,
    } in indexes
    {
        report.check(
            format_args!("skopeo inspect --raw: the index {variant}"),
            skopeo.raw("oci", directory, directory),
        );
        report.check(
            format_args!("skopeo inspect --raw: the index {variant} in its archive"),
            skopeo.raw("oci-archive", archive, directory),
        );
        report.check(
            format_args!("skopeo copy --all: the index {variant}"),
            skopeo.copy(directory, &copies, variant),
        );
        let of_variant = images.iter().filter(|tested| tested.variant == *variant);
        for tested in of_variant {
            report.check(
                format_args!("skopeo picks {tested} from the index"),
                skopeo.pick(directory, tested),
            );
        }
    }
    for tested in images {
        report.check(
            format_args!("skopeo inspect --raw: {tested}"),
            skopeo.raw("oci", &tested.directory, &tested.directory),
        );
        report.check(
            format_args!("skopeo inspect --config: {tested}"),
            skopeo.config(tested),
        );
        report.check(
            format_args!("skopeo inspect: {tested} as oci-archive"),
            skopeo.archive("oci-archive", tested),
        );
        // The docker-archive transport always unpacks each layer.
        if tested.has_new_layers {
            report.check(
                format_args!("skopeo inspect: {tested} as docker-archive"),
                skopeo.archive("docker-archive", tested),
            );
        } else {
            report.check(
                format_args!("skopeo list-tags: {tested} as docker-archive"),
                skopeo.tags(tested),
            );
        }
    }
    Ok(())
}

struct Skopeo<'a> {
    tool: ReferenceTool<'a>,
    tools: &'a ReferenceTools,
}

impl Skopeo<'_> {
    /// Runs `skopeo OPTIONS... COMMAND...`; returns its standard output.
    fn run<A: AsRef<OsStr>>(&self, options: &[String], command: &[A]) -> Result<Vec<u8>> {
        let mut line = self.tool.command();
        // The default is /var/tmp.
        line.arg("--tmpdir")
            .arg(self.tools.fresh_directory("skopeo")?);
        line.arg("--insecure-policy");
        process::succeed(line.args(options).args(command))
    }

    /// Checks that `skopeo inspect --raw` prints exactly the blob of the layout's root descriptor.
    fn raw(&self, transport: &str, path: &Path, layout: &Path) -> Result<()> {
        let layout = Layout::open(layout)?;
        let expected = fs::read(layout.blob(layout.digest()?)?)?;
        let found = self.run(&[], &["inspect", "--raw", &from(transport, path)])?;
        ensure!(
            found == expected,
            "other bytes than those of {}",
            layout.digest()?
        );
        Ok(())
    }

    /// Copies an index; skopeo reads and checks all blobs that earlier copies did not contain.
    fn copy(&self, index: &Path, copies: &Path, name: &str) -> Result<()> {
        let to = format!("oci:{}:{name}", copies.display());
        let from = from("oci", index);
        self.run(&[], &["copy", "--all", "--preserve-digests", &from, &to])
            .map(drop)
    }

    fn config(&self, tested: &TestedImage) -> Result<()> {
        let from = from("oci", &tested.directory);
        let config = json::parse(&self.run(&[], &["inspect", "--config", "--raw", &from])?)?;
        ensure!(
            config == tested.image.config,
            "another config than {}",
            tested.image.config_digest
        );
        // Without --raw, it parses the config by the type of the OCI image specification.
        self.run(&[], &["inspect", "--config", &from]).map(drop)
    }

    /// Checks that skopeo finds the image of a platform in the index.
    fn pick(&self, index: &Path, tested: &TestedImage) -> Result<()> {
        let command = ["inspect", &from("oci", index)];
        let facts = json::parse(&self.run(&tested.platform.skopeo_options(), &command)?)?;
        check_architecture(&facts["Architecture"], &tested.platform)?;
        let layers = json::strings(&facts["Layers"]);
        ensure!(
            layers == tested.image.layer_digests(),
            "other layers: {layers:?}"
        );
        Ok(())
    }

    fn archive(&self, transport: &str, tested: &TestedImage) -> Result<()> {
        let command = ["inspect", "--config", &from(transport, &tested.archive)];
        let config = json::parse(&self.run(&tested.platform.skopeo_options(), &command)?)?;
        ensure!(
            config["rootfs"] == tested.image.config["rootfs"],
            "other layers: {}",
            config["rootfs"]
        );
        check_architecture(&config["architecture"], &tested.platform)
    }

    /// Checks that skopeo finds the image that the archive's `manifest.json` names.
    fn tags(&self, tested: &TestedImage) -> Result<()> {
        let from = from("docker-archive", &tested.archive);
        let found = json::parse(&self.run(&[], &["list-tags", &from])?)?;
        let tags = json::strings(&found["Tags"]);
        ensure!(tags.len() == 1, "it has the tags {tags:?}");
        Ok(())
    }
}

fn from(transport: &str, path: &Path) -> String {
    format!("{transport}:{}", path.display())
}

fn check_architecture(found: &Value, platform: &Platform) -> Result<()> {
    ensure!(*found == platform.architecture, "it is for {found}");
    Ok(())
}
