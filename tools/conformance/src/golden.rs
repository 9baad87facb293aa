//! Golden files: images as readable text that stays the same if a new lock has the same packages in other versions.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use serde_json::{json, Value};

use crate::json;
use crate::layout::Image;
use crate::listing::{self, Entry};
use crate::process;
use crate::reference_tools::ReferenceTools;
use crate::report::Report;

/// The content of one layer of one image.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// The `created_by` of the image's history without versions: `deb netbase`, `passwd`.
    pub(crate) name: String,
    pub(crate) entries: Vec<Entry>,
    /// Path to content, of the files that our rules write; files of packages are not included.
    contents: BTreeMap<String, String>,
}

impl Section {
    /// Reads a layer whose entries are already listed.
    pub(crate) fn read(
        tools: &ReferenceTools,
        created_by: &str,
        tar: &Path,
        entries: Vec<Entry>,
    ) -> Result<Self> {
        listing::check_layer(&entries)?;
        let name = without_version(created_by);
        let contents = if is_ours(&name) {
            contents(tools, tar, &entries)?
        } else {
            BTreeMap::new()
        };
        Ok(Self {
            name,
            entries,
            contents,
        })
    }

    /// One line for each entry, with the text that follows it.
    fn lines(&self) -> impl Iterator<Item = (&str, String)> {
        self.entries.iter().map(|entry| {
            let mut text = entry.line();
            if is_ours(&self.name) {
                text += &format!(" ({})", entry.time);
            }
            for line in self
                .contents
                .get(&entry.path)
                .iter()
                .flat_map(|content| content.lines())
            {
                text += &format!("\n    {line}");
            }
            (entry.path.as_str(), text + "\n")
        })
    }
}

/// The contents of all files.
fn contents(
    tools: &ReferenceTools,
    tar: &Path,
    entries: &[Entry],
) -> Result<BTreeMap<String, String>> {
    let directory = tools.fresh_directory("layer")?;
    let mut command = tools.system("tar");
    process::succeed(
        command
            .args(["--extract", "--no-same-owner", "--file"])
            .arg(tar)
            .arg("--directory")
            .arg(&directory),
    )?;
    let files = entries.iter().filter(|entry| entry.kind() == '-');
    files
        .map(|entry| {
            Ok((
                entry.path.clone(),
                fs::read_to_string(directory.join(&entry.path))?,
            ))
        })
        .collect()
}

/// Layers that contain files of packages change with the package versions; all other layers are compared byte for byte.
const OF_PACKAGES: [&str; 6] = [
    "deb ",
    "archive ",
    "cacerts",
    "busybox",
    "java keystore",
    "ldconfig",
];

fn is_ours(name: &str) -> bool {
    !OF_PACKAGES.iter().any(|start| name.starts_with(start))
}

/// `deb netbase 6.4 all` to `deb netbase`, `archive nodejs 22.23.2 amd64` to `archive nodejs`.
fn without_version(created_by: &str) -> String {
    match created_by.split(' ').collect::<Vec<_>>()[..] {
        [kind @ ("deb" | "archive"), name, ..] => format!("{kind} {name}"),
        _ => created_by.to_owned(),
    }
}

/// The layers of one image for several architectures. If only some architectures have a line, it names them in
/// brackets.
pub(crate) fn layers(images: &BTreeMap<String, Vec<Section>>) -> Result<String> {
    let mut text = String::new();
    let Some(first) = images.values().next() else {
        return Ok(text);
    };
    for (index, section) in first.iter().enumerate() {
        text += &format!("# {}\n", section.name);
        let mut lines: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
        for (architecture, sections) in images {
            let other = sections
                .get(index)
                .with_context(|| format!("{architecture} has fewer layers"))?;
            ensure!(
                sections.len() == first.len(),
                "{architecture} has {} layers",
                sections.len()
            );
            ensure!(
                other.name == section.name,
                "layer {index} of {architecture} is {}",
                other.name
            );
            for line in other.lines() {
                lines.entry(line).or_default().push(architecture);
            }
        }
        for ((_, line), architectures) in lines {
            if architectures.len() < images.len() {
                text += &format!("[{}] ", architectures.join(" "));
            }
            text += &line;
        }
    }
    Ok(text)
}

/// The annotation with the digest of the base image.
pub(crate) const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

/// Annotations with this prefix describe one image. Tools that copy the manifest of a base image would copy them to the
/// derived image, where they are wrong.
const OF_ONE_IMAGE: &str = "org.opencontainers.image.";

/// The config and the manifest's annotations, without the values that depend on the architecture, on the lock's time
/// and on versions; those are checked here.
pub(crate) fn config(image: &Image, snapshot: &str) -> Result<String> {
    let mut config = image.config.clone();
    let fields = config.as_object_mut().context("a config is an object")?;
    for field in ["architecture", "variant", "rootfs"] {
        fields.remove(field);
    }
    ensure!(
        fields.remove("created") == Some(json!(snapshot)),
        "it was not created at the lock's time, {snapshot}"
    );
    let history = fields.remove("history").unwrap_or_default();
    let history = json::items(&history);
    ensure!(
        history.len() == image.layers.len(),
        "{} entries of history for {} layers",
        history.len(),
        image.layers.len()
    );
    let said = history
        .iter()
        .map(|entry| check_history(entry, snapshot))
        .collect::<Result<Vec<_>>>()?;
    fields.insert("history".into(), json!(said));
    let mut manifest = image.manifest.clone();
    let fields = manifest
        .as_object_mut()
        .context("a manifest is an object")?;
    for field in ["config", "layers"] {
        fields.remove(field);
    }
    let inherited = manifest["annotations"].as_object().into_iter().flatten();
    for (key, _) in inherited {
        ensure!(
            !key.starts_with(OF_ONE_IMAGE),
            "`{key}` is in the manifest, where an image made on it gets it"
        );
    }
    let mut descriptor = image.annotations.clone();
    if let Some(digest) = descriptor.get_mut(BASE_DIGEST) {
        // The `contents` theme compares it with the base image itself.
        *digest = json!("DIGEST");
    }
    let text = json::pretty(&json!({
        "config": config,
        "descriptor": {"annotations": descriptor},
        "manifest": manifest,
    }));
    let text = text
        .replace(snapshot, "SNAPSHOT")
        .replace(&snapshot.replace(['-', ':'], ""), "SNAPSHOT");
    Ok(match image.runtime_version() {
        Some(version) => text.replace(version, "VERSION"),
        None => text,
    })
}

/// Checks that a history entry has a time that is not after the image's time, and a `created_by`.
fn check_history(entry: &Value, snapshot: &str) -> Result<String> {
    let fields = entry
        .as_object()
        .context("an entry of the history is an object")?;
    let names: Vec<_> = fields.keys().map(String::as_str).collect();
    ensure!(
        names == ["created", "created_by"],
        "an entry of the history has {names:?}"
    );
    let created = json::text(entry, "created")?;
    // RFC 3339 in UTC without fractions: texts of equal length sort by time.
    ensure!(
        created.len() == snapshot.len() && created <= snapshot,
        "a layer was created at {created}, after {snapshot}"
    );
    Ok(without_version(json::text(entry, "created_by")?))
}

/// A directory of golden files, which are compared or, with `--update`, written.
#[derive(Debug)]
pub(crate) struct Goldens {
    directory: PathBuf,
    update: bool,
}

impl Goldens {
    /// `directory` is relative to the workspace; writing works only under `bazel run`.
    pub(crate) fn new(directory: &Path, update: bool) -> Result<Self> {
        let directory = if update {
            let workspace = env::var_os("BUILD_WORKSPACE_DIRECTORY");
            PathBuf::from(workspace.context("--update works in `bazel run` only")?).join(directory)
        } else {
            directory.to_owned()
        };
        Ok(Self { directory, update })
    }

    /// Compares with a golden file, or writes it.
    pub(crate) fn check(&self, report: &mut Report, name: &str, found: &str) -> Result<()> {
        let file = self.directory.join(name);
        if self.update {
            fs::create_dir_all(&self.directory)?;
            fs::write(&file, found)?;
        }
        let expected = fs::read_to_string(&file)
            .with_context(|| format!("cannot read `{}`", file.display()))?;
        report.equal(
            format_args!("golden file {}", file.display()),
            &expected,
            found,
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(name: &str, paths: &[&str]) -> Section {
        let entry = |path: &&str| Entry {
            path: (*path).to_owned(),
            mode: "-rw-r--r--".into(),
            owner: "0:0".into(),
            size: "1".into(),
            time: "1970-01-01 00:00:00".into(),
            link: None,
        };
        let contents = [("etc/passwd".to_owned(), "a\nb\n".to_owned())].into();
        Section {
            name: name.into(),
            entries: paths.iter().map(entry).collect(),
            contents,
        }
    }

    #[test]
    fn lines_say_which_architectures_have_them() {
        let images = [
            (
                "amd64".to_owned(),
                vec![
                    section("deb a", &["b", "a"]),
                    section("passwd", &["etc/passwd"]),
                ],
            ),
            (
                "arm".to_owned(),
                vec![
                    section("deb a", &["a", "c"]),
                    section("passwd", &["etc/passwd"]),
                ],
            ),
        ];
        let text = layers(&images.into()).unwrap();
        assert_eq!(
            text,
            "# deb a\n-rw-r--r-- 0:0 a\n[amd64] -rw-r--r-- 0:0 b\n[arm] -rw-r--r-- 0:0 c\n\
             # passwd\n-rw-r--r-- 0:0 etc/passwd (1970-01-01 00:00:00)\n    a\n    b\n"
        );
    }

    #[test]
    fn layers_that_do_not_match_are_refused() {
        let images = [
            ("amd64".to_owned(), vec![section("deb a", &[])]),
            ("arm".to_owned(), vec![section("deb b", &[])]),
        ];
        assert_eq!(
            layers(&images.into()).unwrap_err().to_string(),
            "layer 0 of arm is deb b"
        );
    }

    #[test]
    fn versions_are_left_out() {
        assert_eq!(without_version("deb netbase 6.4 all"), "deb netbase");
        assert_eq!(without_version("layer app"), "layer app");
    }
}
