//! Packages: a layer holds what `dpkg-deb` takes out of the package, and says so truly.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{bail, ensure, Context, Error, Result};
use clap::Args;

use crate::judge::Judges;
use crate::listing::{self, Entry};
use crate::process;
use crate::report::Report;

const STATUS: &str = "var/lib/dpkg/status.d";
const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";

/// Layers made of packages hold what `dpkg-deb` finds in those.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A package and its layer: `DEB=LAYER`.
    #[arg(long)]
    package: Vec<Pair>,
    /// ca-certificates and the layer of its bundle.
    #[arg(long)]
    cacerts: Vec<Pair>,
    /// busybox-static and its layer.
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

pub(crate) fn judge(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    for pair in &options.package {
        let name = pair.deb.display();
        report.check(
            format_args!("dpkg-deb and tar: the list of {name}"),
            check_list(judges, pair),
        );
        report.check(
            format_args!("dpkg-deb, diff and md5sum: the files of {name}"),
            check_files(judges, pair),
        );
    }
    for pair in &options.cacerts {
        report.check(
            format_args!("the bundle of {}", pair.deb.display()),
            check_bundle(judges, pair),
        );
    }
    for pair in &options.busybox {
        report.check(
            format_args!("the binary of {}", pair.deb.display()),
            check_busybox(judges, pair),
        );
    }
    Ok(())
}

/// Types, modes, owners, sizes and times are the package's; only `status.d` is added.
fn check_list(judges: &Judges, Pair { deb, layer }: &Pair) -> Result<()> {
    let folder = judges.fresh_folder("list")?;
    let tar = folder.join("data.tar");
    fs::write(
        &tar,
        process::succeed(judges.tool("dpkg-deb").arg("--fsys-tarfile").arg(deb))?,
    )?;
    let name = package_name(judges, deb)?;
    let ours = |path: &str| {
        STATUS.starts_with(path)
            || path == format!("{STATUS}/{name}")
            || path == format!("{STATUS}/{name}.md5sums")
    };
    let shown = |entry: &Entry| format!("{} {} {}\n", entry.line(), entry.size, entry.time);
    let expected: Vec<_> = listing::of_tar(judges, &tar)?
        .iter()
        .filter(|entry| entry.path != ".")
        .map(shown)
        .collect();
    let found = listing::of_tar(judges, layer)?;
    // What both have, in the package's order; and of the rest nothing but ours.
    let (same, added): (Vec<_>, Vec<_>) = found
        .iter()
        .partition(|entry| expected.contains(&shown(entry)));
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

fn package_name(judges: &Judges, deb: &Path) -> Result<String> {
    Ok(process::text(
        judges
            .tool("dpkg-deb")
            .arg("--field")
            .arg(deb)
            .arg("Package"),
    )?
    .trim()
    .to_owned())
}

/// The files of the package, its control file and its `md5sums`, and those hold.
fn check_files(judges: &Judges, Pair { deb, layer }: &Pair) -> Result<()> {
    let folder = judges.fresh_folder("files")?;
    let expected = unpack_deb(judges, deb, &folder)?;
    let found = unpack_layer(judges, layer, &folder)?;
    let name = package_name(judges, deb)?;
    fs::create_dir_all(expected.join(STATUS))?;
    for (member, file) in [
        ("control", name.clone()),
        ("md5sums", format!("{name}.md5sums")),
    ] {
        let content = process::succeed(judges.tool("dpkg-deb").arg("--info").arg(deb).arg(member))?;
        fs::write(expected.join(STATUS).join(file), content)?;
    }
    let mut diff = judges.tool("diff");
    process::succeed(
        diff.args(["--recursive", "--brief", "--no-dereference"])
            .args([&expected, &found]),
    )?;
    check_md5sums(judges, &found, &name)
}

/// `md5sums` names files that are there, with their sums.
fn check_md5sums(judges: &Judges, tree: &Path, name: &str) -> Result<()> {
    let list = Path::new(STATUS).join(format!("{name}.md5sums"));
    process::succeed(
        judges
            .tool("md5sum")
            .args(["--check", "--quiet", "--strict"])
            .arg(list)
            .current_dir(tree),
    )?;
    Ok(())
}

/// What `dpkg-deb --extract` gives, but for the owners: those need root, and the lists have them.
fn unpack_deb(judges: &Judges, deb: &Path, folder: &Path) -> Result<PathBuf> {
    let tar = folder.join("data.tar");
    let data = process::succeed(judges.tool("dpkg-deb").arg("--fsys-tarfile").arg(deb))?;
    fs::write(&tar, data)?;
    unpack(judges, &tar, folder.join("package"))
}

fn unpack_layer(judges: &Judges, layer: &Path, folder: &Path) -> Result<PathBuf> {
    unpack(judges, layer, folder.join("layer"))
}

fn unpack(judges: &Judges, tar: &Path, tree: PathBuf) -> Result<PathBuf> {
    fs::create_dir(&tree)?;
    let mut command = judges.tool("tar");
    command.args(["--extract", "--no-same-owner", "--file"]);
    process::succeed(command.arg(tar).arg("--directory").arg(&tree))?;
    Ok(tree)
}

/// The bundle is all certificates of the package in the byte order of their names.
fn check_bundle(judges: &Judges, Pair { deb, layer }: &Pair) -> Result<()> {
    let folder = judges.fresh_folder("bundle")?;
    let package = unpack_deb(judges, deb, &folder)?;
    let tree = unpack_layer(judges, layer, &folder)?;
    let certificates = process::text(
        judges
            .tool("find")
            .args(["usr/share/ca-certificates", "-type", "f"])
            .current_dir(&package),
    )?;
    let mut certificates: Vec<_> = certificates.lines().collect();
    certificates.sort_unstable();
    ensure!(
        certificates.len() > 100,
        "the package has {} certificates",
        certificates.len()
    );
    let expected = process::succeed(judges.tool("cat").args(&certificates).current_dir(&package))?;
    let found = fs::read(tree.join(BUNDLE)).context(BUNDLE)?;
    ensure!(
        found == expected,
        "{BUNDLE} is not what `cat` makes of {} certificates",
        certificates.len()
    );
    let copyright = "usr/share/doc/ca-certificates/copyright";
    ensure!(
        fs::read(tree.join(copyright))? == fs::read(package.join(copyright))?,
        "another {copyright}"
    );
    let control = process::succeed(
        judges
            .tool("dpkg-deb")
            .arg("--info")
            .arg(deb)
            .arg("control"),
    )?;
    ensure!(
        fs::read(tree.join(STATUS).join("ca-certificates"))? == control,
        "another control file"
    );
    check_md5sums(judges, &tree, "ca-certificates")
}

fn check_busybox(judges: &Judges, Pair { deb, layer }: &Pair) -> Result<()> {
    let folder = judges.fresh_folder("busybox")?;
    let package = unpack_deb(judges, deb, &folder)?;
    let tree = unpack_layer(judges, layer, &folder)?;
    let packed = ["usr/bin/busybox", "bin/busybox"].map(|path| package.join(path));
    let packed = packed
        .iter()
        .find(|path| path.exists())
        .context("the package has no busybox")?;
    ensure!(
        fs::read(packed)? == fs::read(tree.join("busybox/busybox"))?,
        "another binary"
    );
    Ok(())
}
