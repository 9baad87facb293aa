//! Packages: compares a layer with the files that `dpkg-deb` unpacks from the package.

mod parts;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{bail, ensure, Error, Result};
use clap::Args;

use crate::listing::{self, Entry};
use crate::process;
use crate::reference_tools::{may_own, ReferenceTools};
use crate::report::Report;

const STATUS: &str = "var/lib/dpkg/status.d";

/// Compares the layers of packages with the files that `dpkg-deb` lists.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A package and its layer: `DEB=LAYER`.
    #[arg(long)]
    package: Vec<Pair>,
    /// The package ca-certificates and the layer of its bundle: `DEB=LAYER`.
    #[arg(long)]
    cacerts: Vec<Pair>,
    /// The package busybox-static and its layer: `DEB=LAYER`.
    #[arg(long)]
    busybox: Vec<Pair>,
}

#[derive(Clone, Debug)]
struct Pair {
    deb: PathBuf,
    layer: PathBuf,
}

impl FromStr for Pair {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some((deb, layer)) = text.split_once('=') else {
            bail!("`{text}` is not of the form DEB=LAYER");
        };
        Ok(Self {
            deb: deb.into(),
            layer: layer.into(),
        })
    }
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    for pair in &options.package {
        let name = pair.deb.display();
        report.check(
            format_args!("dpkg-deb and tar: the list of {name}"),
            check_list(tools, pair),
        );
        report.check(
            format_args!("dpkg-deb, diff and md5sum: the files of {name}"),
            check_files(tools, pair),
        );
    }
    for pair in &options.cacerts {
        report.check(
            format_args!("the bundle of {}", pair.deb.display()),
            parts::check_bundle(tools, pair),
        );
    }
    for pair in &options.busybox {
        report.check(
            format_args!("the binary of {}", pair.deb.display()),
            parts::check_busybox(tools, pair),
        );
    }
    Ok(())
}

/// Checks that types, modes, owners, sizes and times are the package's, and that only `status.d` is added.
fn check_list(tools: &ReferenceTools, Pair { deb, layer }: &Pair) -> Result<()> {
    let directory = tools.fresh_directory("list")?;
    let tar = directory.join("data.tar");
    fs::write(
        &tar,
        process::succeed(tools.system("dpkg-deb").arg("--fsys-tarfile").arg(deb))?,
    )?;
    let name = package_name(tools, deb)?;
    let ours = |path: &str| {
        STATUS.starts_with(path)
            || path == format!("{STATUS}/{name}")
            || path == format!("{STATUS}/{name}.md5sums")
    };
    let shown = |entry: &Entry| format!("{} {} {}\n", entry.line(), entry.size, entry.time);
    let expected: Vec<_> = listing::of_tar(tools, &tar)?
        .iter()
        .filter(|entry| entry.path != ".")
        .map(shown)
        .collect();
    let found = listing::of_tar(tools, layer)?;
    // The entries of the package must have the package's order; all other entries must be those that our rules add.
    let known: BTreeSet<_> = expected.iter().collect();
    let (same, added): (Vec<_>, Vec<_>) = found
        .iter()
        .partition(|entry| known.contains(&shown(entry)));
    let same: Vec<_> = same.into_iter().map(shown).collect();
    ensure!(
        same == expected,
        "the package lists\n{}\nthe layer has of that\n{}",
        expected.concat(),
        same.concat()
    );
    let foreign: Vec<_> = added
        .iter()
        .filter(|entry| !ours(&entry.path))
        .map(|entry| entry.line())
        .collect();
    ensure!(foreign.is_empty(), "the layer adds {foreign:?}");
    Ok(())
}

fn package_name(tools: &ReferenceTools, deb: &Path) -> Result<String> {
    Ok(process::text(
        tools
            .system("dpkg-deb")
            .arg("--field")
            .arg(deb)
            .arg("Package"),
    )?
    .trim()
    .to_owned())
}

/// Checks the files of the package, its control file and its `md5sums`, and that the sums are correct.
fn check_files(tools: &ReferenceTools, Pair { deb, layer }: &Pair) -> Result<()> {
    let directory = tools.fresh_directory("files")?;
    let expected = unpack_deb(tools, deb, &directory)?;
    let found = unpack_layer(tools, layer, &directory)?;
    let name = package_name(tools, deb)?;
    fs::create_dir_all(expected.join(STATUS))?;
    for (member, file) in [
        ("control", name.clone()),
        ("md5sums", format!("{name}.md5sums")),
    ] {
        let content =
            process::succeed(tools.system("dpkg-deb").arg("--info").arg(deb).arg(member))?;
        fs::write(expected.join(STATUS).join(file), content)?;
    }
    let mut diff = tools.system("diff");
    process::succeed(
        diff.args(["--recursive", "--brief", "--no-dereference"])
            .args([&expected, &found]),
    )?;
    let tree = |directory: &Path| -> Result<String> {
        let mut tree = listing::of_directory(tools, directory, may_own(tools)?)?;
        // The layer has no entry for the root directory. The directories above `status.d` belong to dpkg, not to the
        // package.
        tree.retain(|path, _| {
            path != "." && !STATUS.starts_with(path.as_str()) && !path.starts_with(STATUS)
        });
        Ok(listing::shown(&tree))
    };
    let (expected, found_tree) = (tree(&expected)?, tree(&found)?);
    ensure!(
        found_tree == expected,
        "dpkg-deb unpacks\n{expected}\nthe layer unpacks\n{found_tree}"
    );
    check_md5sums(tools, &found, &name)
}

/// Checks that the files that `md5sums` names exist and have these sums.
fn check_md5sums(tools: &ReferenceTools, tree: &Path, name: &str) -> Result<()> {
    let list = Path::new(STATUS).join(format!("{name}.md5sums"));
    process::succeed(
        tools
            .system("md5sum")
            .args(["--check", "--quiet", "--strict"])
            .arg(list)
            .current_dir(tree),
    )?;
    Ok(())
}

/// Unpacks with `dpkg-deb --extract`, which fails if it cannot set owners. Without root, unpacks without owners; then
/// only the lists check them.
fn unpack_deb(tools: &ReferenceTools, deb: &Path, directory: &Path) -> Result<PathBuf> {
    if may_own(tools)? {
        let tree = directory.join("package");
        process::succeed(
            tools
                .system("dpkg-deb")
                .arg("--extract")
                .arg(deb)
                .arg(&tree),
        )?;
        return Ok(tree);
    }
    let tar = directory.join("data.tar");
    let data = process::succeed(tools.system("dpkg-deb").arg("--fsys-tarfile").arg(deb))?;
    fs::write(&tar, data)?;
    unpack(tools, &tar, directory.join("package"))
}

fn unpack_layer(tools: &ReferenceTools, layer: &Path, directory: &Path) -> Result<PathBuf> {
    unpack(tools, layer, directory.join("layer"))
}

fn unpack(tools: &ReferenceTools, tar: &Path, tree: PathBuf) -> Result<PathBuf> {
    fs::create_dir(&tree)?;
    let mut command = tools.system("tar");
    let owners = if may_own(tools)? {
        "--same-owner"
    } else {
        "--no-same-owner"
    };
    command.args([
        "--extract",
        "--numeric-owner",
        "--preserve-permissions",
        owners,
        "--file",
    ]);
    process::succeed(command.arg(tar).arg("--directory").arg(&tree))?;
    Ok(tree)
}
