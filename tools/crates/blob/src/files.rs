//! Reads files of unknown type and size safely.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use crate::{Blob, HashingReader};

/// Opens a regular file.
///
/// # Errors
///
/// The file is a directory, a pipe, a socket or a device, or cannot be opened. The function does not wait for a pipe
/// and does not open a device.
pub fn open_regular(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(irregular());
    }
    // The file may have been replaced after the check: opening a pipe waits for a writer unless the open is
    // non-blocking (open(2)).
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(irregular())
    }
}

/// The content of a regular file that has at most `most` bytes.
///
/// # Errors
///
/// As [`open_regular`], or the file is larger.
pub fn read_regular(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open_regular(path)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    if size <= most {
        file.take(most + 1).read_to_end(&mut bytes)?;
    }
    let read = size.max(bytes.len() as u64);
    if read > most {
        let cause = format!("it has {read} bytes, at most {most} are read");
        return Err(io::Error::other(cause));
    }
    Ok(bytes)
}

/// Digest and size of a regular file.
///
/// # Errors
///
/// As [`open_regular`], or the file cannot be read.
pub fn blob_of_regular(path: &Path) -> io::Result<Blob> {
    HashingReader::new(open_regular(path)?).finish()
}

/// The text of a regular file that has at most `most` bytes.
///
/// # Errors
///
/// As [`read_regular`], or the file is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let bytes = read_regular(path, most)?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn irregular() -> io::Error {
    io::Error::other("it is not a regular file")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{mknodat, FileType, Mode, CWD};
    use testkit::Workspace;

    #[test]
    fn only_utf8_is_text() {
        let workspace = Workspace::new();
        let path = workspace.path("file");
        for (bytes, read) in [
            (&b"\xc3\xa4"[..], Ok("ä")),
            (
                b"a\xff",
                Err("invalid utf-8 sequence of 1 bytes from index 1"),
            ),
            (b"12345", Err("it has 5 bytes, at most 4 are read")),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let text = read_text(&path, 4).map_err(|error| error.to_string());
            assert_eq!(text.as_deref().map_err(String::as_str), read);
        }
    }

    #[test]
    fn only_regular_files_are_read() {
        let workspace = Workspace::new();
        workspace.write("file", "1234");
        let (pipe, socket) = (workspace.path("pipe"), workspace.path("socket"));
        for (path, kind) in [(&pipe, FileType::Fifo), (&socket, FileType::Socket)] {
            mknodat(CWD, path, kind, Mode::from_raw_mode(0o600), 0).unwrap();
        }
        let read = |path: &Path, most| read_regular(path, most).map_err(|error| error.to_string());
        assert_eq!(read(&workspace.path("file"), 4).unwrap(), b"1234");
        assert_eq!(
            read(&workspace.path("file"), 3).unwrap_err(),
            "it has 4 bytes, at most 3 are read"
        );
        for path in [pipe, socket, workspace.path(""), "/dev/zero".into()] {
            assert_eq!(
                read(&path, 4).unwrap_err(),
                "it is not a regular file",
                "{}",
                path.display()
            );
        }
        // These files have size 0, and some are endless: the number of bytes read counts.
        assert_eq!(
            read(Path::new("/proc/self/status"), 9).unwrap_err(),
            "it has 10 bytes, at most 9 are read"
        );
    }
}
