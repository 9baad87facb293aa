//! Layers that contain parts of a package: the CA bundle, BusyBox.

use std::fs;

use anyhow::{ensure, Context, Result};

use super::{check_md5sums, unpack_deb, unpack_layer, Pair, STATUS};
use crate::process;
use crate::reference_tools::ReferenceTools;

const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";

/// Checks that the bundle consists of all certificates of the package, sorted by the bytes of their names.
pub(super) fn check_bundle(tools: &ReferenceTools, Pair { deb, layer }: &Pair) -> Result<()> {
    let directory = tools.fresh_directory("bundle")?;
    let package = unpack_deb(tools, deb, &directory)?;
    let tree = unpack_layer(tools, layer, &directory)?;
    let certificates = process::text(
        tools
            .system("find")
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
    let expected = process::succeed(
        tools
            .system("cat")
            .args(&certificates)
            .current_dir(&package),
    )?;
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
        tools
            .system("dpkg-deb")
            .arg("--info")
            .arg(deb)
            .arg("control"),
    )?;
    ensure!(
        fs::read(tree.join(STATUS).join("ca-certificates"))? == control,
        "another control file"
    );
    check_md5sums(tools, &tree, "ca-certificates")
}

pub(super) fn check_busybox(tools: &ReferenceTools, Pair { deb, layer }: &Pair) -> Result<()> {
    let directory = tools.fresh_directory("busybox")?;
    let package = unpack_deb(tools, deb, &directory)?;
    let tree = unpack_layer(tools, layer, &directory)?;
    let packed = ["usr/bin/busybox", "bin/busybox"].map(|path| package.join(path));
    let packed = packed
        .iter()
        .find(|path| path.exists())
        .context("the package has no busybox")?;
    ensure!(
        fs::read(packed)? == fs::read(tree.join("busybox/busybox"))?,
        "another binary"
    );
    check_md5sums(tools, &tree, "busybox-static")
}
