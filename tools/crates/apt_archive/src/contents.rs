//! `Contents` indexes, which list the files of each package. They are read line by line: Debian's have half a gigabyte
//! when they are unpacked.

use std::io::{BufRead, BufReader, Read};

use blob::{Error, Result, ResultExt};

use crate::compression::{unpacked, SUFFIXES};
use crate::fetch::Fetch;
use crate::listed_file::ListedFile;
use crate::suite::Suite;

/// The largest size of an unpacked list: four times Debian's largest. A decoder needs some seconds for it.
const MAX_TEXT: u64 = 2 << 30;

/// The longest line in bytes. No path of a package is longer.
const MAX_LINE: u64 = 64 * 1024;

impl Suite<'_> {
    /// Calls `give` for each path of a component's packages for an architecture, with the packages that contain the
    /// path (`libs/libc6,libs/libc6-other`). Returns false if the repository serves no list that matches its signed
    /// Release.
    ///
    /// # Errors
    ///
    /// Fails if a URL gives no answer, or if a verified list is malformed or too large.
    pub fn contents(
        &self,
        fetch: &dyn Fetch,
        component: &str,
        architecture: &str,
        mut give: impl FnMut(&str, &str),
    ) -> Result<bool> {
        for suffix in SUFFIXES {
            // Debian has a list for each component; other repositories have one list for all components.
            for directory in [format!("{component}/"), String::new()] {
                let path = format!("{directory}Contents-{architecture}{suffix}");
                let Some(listed) = self.release.files.get(&path) else {
                    continue;
                };
                if let ListedFile::Bytes(bytes, _) = self.fetch(fetch, &path, listed)? {
                    let read = unpacked(&bytes, suffix)
                        .and_then(|list| lines(list.take(MAX_TEXT + 1), &mut give));
                    if read.cannot("read", self.object(&path))? > MAX_TEXT {
                        let cause = format!("it contains more than {MAX_TEXT} bytes");
                        return Err(Error::cannot("read", self.object(&path), cause));
                    }
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Parses lines that consist of a path, blanks, and packages. Other lines are skipped: old lists begin with a text.
/// Returns the number of bytes read.
fn lines(list: impl Read, give: &mut impl FnMut(&str, &str)) -> std::io::Result<u64> {
    let mut bytes = 0;
    let mut list = BufReader::with_capacity(64 * 1024, list);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = (&mut list).take(MAX_LINE).read_until(b'\n', &mut line)?;
        if count == 0 {
            return Ok(bytes);
        }
        bytes += count as u64;
        let text = std::str::from_utf8(&line).unwrap_or_default().trim_end();
        if let Some((path, packages)) = text.rsplit_once([' ', '\t']) {
            give(path.trim_end(), packages);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_packages() {
        let text = "FILE   LOCATION\nusr/lib/a b.so\t   libs/a,non-free/libs/b\n\nword\n\u{ff}/x y/z\netc/x admin/x";
        let mut seen = Vec::new();
        lines(text.as_bytes(), &mut |path, packages| {
            seen.push(format!("{path}|{packages}"));
        })
        .unwrap();
        assert_eq!(
            seen,
            [
                "FILE|LOCATION",
                "usr/lib/a b.so|libs/a,non-free/libs/b",
                "\u{ff}/x|y/z",
                "etc/x|admin/x"
            ]
        );
    }
}
