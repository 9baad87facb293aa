use std::io::Read;

use blob::{Error, Result, ResultExt};
use tarball::{Entry, Kind};

use crate::applets;
use crate::authorities::read_file;
use crate::status::{entry_path, Status};
use crate::{LayerWriter, PackageSource};

/// Where Debian's releases keep the binary: merged `/usr` or not.
const BINARIES: [&[u8]; 2] = [b"bin/busybox", b"usr/bin/busybox"];

/// Debian's are of 2 MB.
const MAX_BINARY: u64 = 64 * 1024 * 1024;

/// Where the binary goes.
const PLACE: &str = "busybox/busybox";

/// Debian Policy 12.5: the copyright of a package is in this file.
const COPYRIGHT: &str = "usr/share/doc/busybox-static/copyright";

/// Writes a busybox-static package as a layer: `busybox/busybox`, a link to it for each applet that it lists, its copyright
/// file and the two files of its status.
///
/// Below `/busybox`, everything belongs to root and has mode 0755 and the time 0; the other files are as in the package. Its
/// `md5sums` name the binary where it is, so that a scanner finds the package, and a check finds whose file the binary is.
///
/// # Errors
///
/// A package without the binary, or whose binary is damaged or lists no applets.
pub fn busybox(source: &PackageSource, layer: &mut LayerWriter) -> Result<()> {
    source.read(|mut package| {
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
    })
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
