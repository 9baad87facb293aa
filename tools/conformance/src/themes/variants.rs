//! Variants: checks that the four images of one architecture differ only as they should.

use std::path::{Path, PathBuf};

use anyhow::{ensure, Result};
use clap::Args;
use serde_json::{json, Value};

use crate::json;
use crate::layout::{Image, Layout};
use crate::report::Report;

/// Compares the variants of an image: nonroot differs from plain in its configuration, debug has more layers.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// `PLAIN,NONROOT,DEBUG,DEBUG_NONROOT`: the four layouts of one architecture.
    #[arg(long, required = true)]
    images: Vec<String>,
    /// The history text of a layer that debug has below BusyBox: `deb openjdk-17-jdk-headless`.
    #[arg(long)]
    adds: Vec<String>,
}

const ENTRYPOINT: &str = "/busybox/sh";

pub(crate) fn test(options: &Options, report: &mut Report) -> Result<()> {
    for images in &options.images {
        let layouts: Vec<_> = images.split(',').map(PathBuf::from).collect();
        ensure!(layouts.len() == 4, "`{images}` does not name four layouts");
        let [plain, nonroot, debug, debug_nonroot] =
            [0, 1, 2, 3].map(|index: usize| open(&layouts[index]));
        let (plain, nonroot, debug, debug_nonroot) = (plain?, nonroot?, debug?, debug_nonroot?);
        let of = plain.platform();
        report.check(
            format_args!("{of}: plain runs as root"),
            check_user(&plain, "0", "/"),
        );
        report.check(
            format_args!("{of}: nonroot is plain as another user"),
            check_nonroot(&plain, &nonroot),
        );
        report.check(
            format_args!("{of}: debug is plain and {}", added(&options.adds)),
            check_debug(&plain, &debug, &options.adds),
        );
        report.check(
            format_args!("{of}: debug_nonroot is debug as another user"),
            check_nonroot(&debug, &debug_nonroot),
        );
    }
    Ok(())
}

fn open(layout: &Path) -> Result<Image> {
    Layout::open(layout)?.only_image()
}

fn check_user(image: &Image, user: &str, workdir: &str) -> Result<()> {
    let config = &image.config["config"];
    ensure!(config["User"] == user, "it runs as {}", config["User"]);
    ensure!(
        config["WorkingDir"] == workdir,
        "it starts in {}",
        config["WorkingDir"]
    );
    Ok(())
}

fn check_nonroot(root: &Image, nonroot: &Image) -> Result<()> {
    check_user(nonroot, "65532", "/home/nonroot")?;
    ensure!(
        root.manifest["layers"] == nonroot.manifest["layers"],
        "other layers"
    );
    let mut expected = root.config.clone();
    expected["config"]["User"] = json!("65532");
    expected["config"]["WorkingDir"] = json!("/home/nonroot");
    ensure!(
        expected == nonroot.config,
        "the config is {}",
        json::pretty(&nonroot.config)
    );
    same_manifest(root, nonroot)
}

fn added(adds: &[String]) -> String {
    let mut layers = adds.to_vec();
    layers.push("one layer".to_owned());
    layers.join(" and ")
}

fn check_debug(plain: &Image, debug: &Image, adds: &[String]) -> Result<()> {
    check_user(debug, "0", "/")?;
    let mut config = debug.config.clone();
    let mut manifest = debug.manifest.clone();
    // From the uppermost layer down: BusyBox, then the other layers.
    let names = std::iter::once("busybox").chain(adds.iter().rev().map(String::as_str));
    for name in names {
        let added = pop(&mut manifest["layers"])?;
        let known = json::items(&plain.manifest["layers"]).contains(&added);
        ensure!(!known, "an added layer is one that plain has");
        pop(&mut config["rootfs"]["diff_ids"])?;
        let history = pop(&mut config["history"])?;
        ensure!(
            json::text(&history, "created_by")?.starts_with(name),
            "an added layer is {history}, not {name}"
        );
    }
    ensure!(
        manifest["layers"] == plain.manifest["layers"],
        "the other layers are not those of plain"
    );
    // Debug adds a directory at the end of PATH, and an entrypoint if the image does not have one.
    config["config"]["Env"] = shortened(&config["config"]["Env"])?;
    let own = plain.config["config"].get("Entrypoint");
    let entrypoint = config["config"]
        .as_object_mut()
        .and_then(|config| config.remove("Entrypoint"));
    ensure!(
        entrypoint == own.cloned().or(Some(json!([ENTRYPOINT]))),
        "the entrypoint is {entrypoint:?}"
    );
    let mut expected = plain.config.clone();
    if let Some(config) = expected["config"].as_object_mut() {
        config.remove("Entrypoint");
    }
    ensure!(
        expected == config,
        "the config is {}",
        json::pretty(&debug.config)
    );
    same_manifest(plain, debug)
}

fn pop(list: &mut Value) -> Result<Value> {
    let last = list.as_array_mut().and_then(Vec::pop);
    last.ok_or_else(|| anyhow::anyhow!("nothing is left"))
}

fn shortened(env: &Value) -> Result<Value> {
    let mut shortened = 0;
    let mut values = json::strings(env);
    for value in values.iter_mut().filter(|value| value.starts_with("PATH=")) {
        if let Some(path) = value.strip_suffix(":/busybox") {
            *value = path.to_owned();
            shortened += 1;
        }
    }
    ensure!(shortened == 1, "PATH does not end in /busybox: {env}");
    Ok(json!(values))
}

/// Checks that the manifests are equal except for config and layers.
fn same_manifest(one: &Image, other: &Image) -> Result<()> {
    let rest = |image: &Image| {
        let mut manifest = image.manifest.clone();
        manifest["config"] = Value::Null;
        manifest["layers"] = Value::Null;
        manifest
    };
    ensure!(
        rest(one) == rest(other),
        "the manifest is {}",
        json::pretty(&other.manifest)
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(config: Value, layers: &[&str]) -> Image {
        let history: Vec<_> = layers
            .iter()
            .map(|layer| json!({"created_by": layer}))
            .collect();
        Image {
            annotations: serde_json::Map::new(),
            digest: String::new(),
            manifest: json!({"config": {"digest": config.to_string()}, "layers": layers, "schemaVersion": 2}),
            config_digest: String::new(),
            config: json!({"config": config, "history": history, "rootfs": {"diff_ids": layers}}),
            layers: Vec::new(),
        }
    }

    fn plain() -> Image {
        image(
            json!({"User": "0", "WorkingDir": "/", "Env": ["A=a", "PATH=/bin"]}),
            &["one", "two"],
        )
    }

    fn debug(env: Value, layers: &[&str]) -> Image {
        let config =
            json!({"User": "0", "WorkingDir": "/", "Env": env, "Entrypoint": [ENTRYPOINT]});
        image(config, layers)
    }

    #[test]
    fn nonroot_is_plain_but_for_user_and_directory() {
        let mut nonroot = plain();
        nonroot.config["config"]["User"] = json!("65532");
        nonroot.config["config"]["WorkingDir"] = json!("/home/nonroot");
        assert!(check_nonroot(&plain(), &nonroot).is_ok());
        assert!(check_nonroot(&plain(), &plain()).is_err());
        nonroot.config["config"]["Labels"] = json!({"a": "b"});
        assert!(check_nonroot(&plain(), &nonroot).is_err());
        nonroot.config["config"]
            .as_object_mut()
            .unwrap()
            .remove("Labels");
        nonroot.manifest["annotations"] = json!({"a": "b"});
        assert!(check_nonroot(&plain(), &nonroot).is_err());
    }

    #[test]
    fn debug_is_plain_and_one_layer() {
        let said = |env: Value, layers: &[&str]| {
            check_debug(&plain(), &debug(env, layers), &[]).map_err(|error| error.to_string())
        };
        let env = json!(["A=a", "PATH=/bin:/busybox"]);
        assert_eq!(said(env.clone(), &["one", "two", "busybox"]), Ok(()));
        let error = said(json!(["A=a", "PATH=/bin"]), &["one", "two", "busybox"]).unwrap_err();
        assert!(
            error.starts_with("PATH does not end in /busybox"),
            "{error}"
        );
        assert!(said(
            json!(["A=b", "PATH=/bin:/busybox"]),
            &["one", "two", "busybox"]
        )
        .is_err());
        assert!(said(env.clone(), &["two", "one", "busybox"]).is_err());
        assert!(said(env.clone(), &["one", "busybox"]).is_err());
        assert!(said(env.clone(), &["one", "two", "three"]).is_err());
        assert!(said(env.clone(), &["one", "two"]).is_err());
        let adds = ["jdk".to_owned()];
        let with_jdk = debug(env.clone(), &["one", "two", "jdk 17", "busybox"]);
        assert!(check_debug(&plain(), &with_jdk, &adds).is_ok());
        assert!(check_debug(&plain(), &with_jdk, &[]).is_err());
        assert!(check_debug(&plain(), &debug(env, &["one", "two", "busybox"]), &adds).is_err());
    }
}
