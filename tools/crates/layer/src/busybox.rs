use std::io::Read;

use blob::{Error, Result, ResultExt};
use tarball::{Entry, Kind};

use crate::applets;
use crate::status::entry_path;
use crate::{LayerWriter, PackageSource};

/// Where Debian's releases keep the binary: merged `/usr` or not.
const BINARIES: [&[u8]; 2] = [b"bin/busybox", b"usr/bin/busybox"];

/// Debian's are of 2 MB.
const MAX_BINARY: u64 = 64 * 1024 * 1024;

/// Writes a busybox-static package as a layer: `busybox/busybox`, and a link to it for each applet that it lists.
///
/// Everything belongs to root and has mode 0755 and the time 0. The package is not registered below `status.d`, for
/// its files are not where dpkg would look for them.
pub fn busybox(source: &PackageSource, layer: &mut LayerWriter) -> Result<()> {
    source.read(|package| {
        let mut binary = None;
        package.read_data(&mut |entry, content| {
            if BINARIES.contains(&entry.path.as_bytes()) {
                binary = Some(read_binary(entry, content)?);
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
        layer.append_file(entry_path("busybox/busybox")?, 0o755, 0, &binary)?;
        for applet in applets.iter().filter(|applet| *applet != "busybox") {
            layer.append(&link(applet)?, &mut std::io::empty())?;
        }
        Ok(())
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
