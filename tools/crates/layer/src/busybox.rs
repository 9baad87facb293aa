use std::io::Read;

use blob::{Error, Result, ResultExt};
use tarball::{Entry, Kind};

use crate::applets;
use crate::authorities::read_file;
use crate::status::{entry_path, Status};
use crate::{LayerWriter, PackageSource};

/// The paths of the binary in Debian's releases, without and with merged `/usr`.
const BINARIES: [&[u8]; 2] = [b"bin/busybox", b"usr/bin/busybox"];

/// The maximum size; Debian's binaries have 2 MB.
const MAX_BINARY: u64 = 64 * 1024 * 1024;

/// The path of the binary in the layer.
const PLACE: &str = "busybox/busybox";

/// Debian Policy 12.5: the copyright of a package is in this file.
const COPYRIGHT: &str = "usr/share/doc/busybox-static/copyright";

/// Writes a busybox-static package as a layer: `busybox/busybox`, a link to it for each of its applets, its copyright
/// file and its two status files.
///
/// All entries below `/busybox` belong to root and have mode 0755 and time 0; the other files are as in the package.
/// `md5sums` contains the path of the binary in the layer, so that scanners and checks can assign the binary to its
/// package.
///
/// # Errors
///
/// The package has no binary, or the binary is damaged or lists no applets.
pub fn busybox(source: &PackageSource, layer: &mut LayerWriter) -> Result<()> {
    let ((), facts) = source.read(|mut package| {
        let name = package.control().name.clone();
        let mut status = Status::new(&name, package.take_control_files());
        let copyright = entry_path(COPYRIGHT)?;
        let mut copyright_file = None;
        let mut binary = None;
        package.read_data(&mut |entry, content| {
            if BINARIES.contains(&entry.path.as_bytes()) {
                binary = Some(read_binary(entry, content)?);
            } else if entry.path == copyright {
                copyright_file = Some((entry.clone(), read_file(entry, content)?));
            }
            Ok(())
        })?;
        let binary = binary.ok_or_else(|| {
            Error::cannot(
                "find",
                "bin/busybox",
                "the package has neither it nor `usr/bin/busybox`",
            )
            .hint("give a busybox-static package")
        })?;
        let applets = applets::list(&binary).map_err(|error| error.within("list", "applets"))?;
        layer.append_file(entry_path(PLACE)?, 0o755, 0, &binary)?;
        for applet in applets.iter().filter(|applet| *applet != "busybox") {
            layer.append(&link(applet)?, &mut std::io::empty())?;
        }
        let has_copyright = copyright_file.is_some();
        if let Some((entry, text)) = copyright_file {
            layer.append(&entry, &mut text.as_slice())?;
        }
        status.rewrite(|path| {
            if BINARIES.contains(&path.as_bytes()) {
                return entry_path(PLACE).map(Some);
            }
            Ok((has_copyright && *path == copyright).then(|| path.clone()))
        })?;
        status.append_to(layer)
    })?;
    layer.add_package(facts);
    Ok(())
}

fn read_binary(entry: &Entry, content: &mut dyn Read) -> Result<Vec<u8>> {
    match entry.kind {
        Kind::File { size } if size <= MAX_BINARY => {}
        _ => {
            let cause = "it is not a file of at most 64 MiB";
            return Err(Error::cannot("read entry", &entry.path, cause));
        }
    }
    let mut bytes = Vec::new();
    let read = content.read_to_end(&mut bytes);
    read.cannot("read entry", &entry.path)?;
    Ok(bytes)
}

fn link(applet: &str) -> Result<Entry> {
    let target = b"/busybox/busybox".to_vec();
    Ok(Entry {
        path: entry_path(&format!("busybox/{applet}"))?,
        kind: Kind::Symlink { target },
        mode: 0o755,
        uid: 0,
        gid: 0,
        mtime: 0,
    })
}
