//! What skopeo makes of layouts and archives.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{ensure, Context, Result};
use serde_json::Value;

use super::Options;
use crate::json;
use crate::judge::{Judge, Judges};
use crate::layout::{Image, Layout};
use crate::platform::{Placed, Platform};
use crate::process;
use crate::report::Report;

pub(super) fn judge(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    let what = "what skopeo says of layouts and archives";
    let Some(judge) = judges.find(report, "skopeo", what)? else {
        return Ok(());
    };
    let skopeo = Skopeo { judge, judges };
    let (index, archive) = (&options.index, &options.index_archive);
    report.check(
        "skopeo inspect --raw: the index",
        skopeo.raw("oci", index, index),
    );
    report.check(
        "skopeo inspect --raw: the index in its archive",
        skopeo.raw("oci-archive", archive, index),
    );
    report.check("skopeo copy --all: the index", skopeo.copy(index));
    for Placed { platform, path } in &options.image {
        let raw = skopeo.raw("oci", path, path);
        report.check(format_args!("skopeo inspect --raw: {platform}"), raw);
        report.check(
            format_args!("skopeo inspect --config: {platform}"),
            skopeo.config(path),
        );
        let picked = skopeo.pick(index, platform, path);
        report.check(
            format_args!("skopeo picks {platform} from the index"),
            picked,
        );
    }
    for archive in &options.archive {
        for transport in ["oci-archive", "docker-archive"] {
            report.check(
                format_args!("skopeo inspect: {} as {transport}", archive.platform),
                skopeo.archive(transport, archive, &options.image),
            );
        }
    }
    Ok(())
}

struct Skopeo<'a> {
    judge: Judge<'a>,
    judges: &'a Judges,
}

impl Skopeo<'_> {
    /// Runs `skopeo OPTIONS... COMMAND...`; returns what it prints.
    fn run<A: AsRef<OsStr>>(&self, options: &[String], command: &[A]) -> Result<Vec<u8>> {
        let mut line = self.judge.command();
        // It would unpack archives in /var/tmp.
        line.arg("--tmpdir")
            .arg(self.judges.fresh_folder("skopeo")?);
        line.arg("--insecure-policy");
        process::succeed(line.args(options).args(command))
    }

    /// It prints the very bytes of the blob that the layout's root names.
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

    /// It reads and checks all blobs of all images.
    fn copy(&self, index: &Path) -> Result<()> {
        let to = format!("dir:{}", self.judges.fresh_folder("copy")?.display());
        let from = from("oci", index);
        self.run(&[], &["copy", "--all", "--preserve-digests", &from, &to])
            .map(drop)
    }

    fn config(&self, path: &Path) -> Result<()> {
        let image = Layout::open(path)?.only_image()?;
        let from = from("oci", path);
        let config = json::parse(&self.run(&[], &["inspect", "--config", "--raw", &from])?)?;
        ensure!(
            config == image.config,
            "another config than {}",
            image.config_digest
        );
        // Without --raw it reads the config as what the specification says a config is.
        self.run(&[], &["inspect", "--config", &from]).map(drop)
    }

    /// Asked for a platform, it finds that platform's image in the index.
    fn pick(&self, index: &Path, platform: &Platform, path: &Path) -> Result<()> {
        let command = ["inspect", &from("oci", index)];
        let facts = json::parse(&self.run(&platform.skopeo_options(), &command)?)?;
        let image = Layout::open(path)?.only_image()?;
        check_architecture(&facts["Architecture"], platform)?;
        let layers = json::strings(&facts["Layers"]);
        ensure!(layers == digests(&image), "other layers: {layers:?}");
        Ok(())
    }

    fn archive(&self, transport: &str, archive: &Placed, layouts: &[Placed]) -> Result<()> {
        let platform = &archive.platform;
        let layout = layouts.iter().find(|layout| layout.platform == *platform);
        let layout = layout.with_context(|| format!("there is no layout of {platform}"))?;
        let command = ["inspect", "--config", &from(transport, &archive.path)];
        let config = json::parse(&self.run(&platform.skopeo_options(), &command)?)?;
        let image = Layout::open(&layout.path)?.only_image()?;
        ensure!(
            config["rootfs"] == image.config["rootfs"],
            "other layers: {}",
            config["rootfs"]
        );
        check_architecture(&config["architecture"], platform)
    }
}

fn from(transport: &str, path: &Path) -> String {
    format!("{transport}:{}", path.display())
}

fn check_architecture(found: &Value, platform: &Platform) -> Result<()> {
    ensure!(*found == platform.architecture, "it is for {found}");
    Ok(())
}

fn digests(image: &Image) -> Vec<String> {
    image
        .layers
        .iter()
        .map(|(digest, _)| digest.clone())
        .collect()
}
