//! `Contents` indexes: which package has which file. Read line by line: unpacked, Debian's have half a gigabyte.

use std::io::{BufRead, BufReader, Read};

use blob::{Result, ResultExt};

use super::index::Suite;
use crate::{Answer, Fetch};

/// The forms of a list that we read.
const SUFFIXES: [&str; 3] = [".xz", ".gz", ""];

/// No path of a package is longer.
const MAX_LINE: u64 = 64 * 1024;

impl Suite<'_> {
    /// Gives each path of a component's packages for an architecture, with the packages that have it
    /// (`libs/libc6,libs/libc6-other`). False where the archive serves no list that matches its signed Release.
    pub(crate) fn contents(
        &self,
        fetch: &dyn Fetch,
        component: &str,
        architecture: &str,
        mut give: impl FnMut(&str, &str),
    ) -> Result<bool> {
        for suffix in SUFFIXES {
            // Debian has a list for each component, others one for all.
            for folder in [format!("{component}/"), String::new()] {
                let path = format!("{folder}Contents-{architecture}{suffix}");
                let Some(blob) = self.release.files.get(&path) else {
                    continue;
                };
                if let Answer::Bytes(bytes) = self.fetch(fetch, &path, *blob)? {
                    let place = self.place(&path);
                    let read = lines(unpacked(&bytes, suffix), &mut give);
                    read.cannot("read", place)?;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

fn unpacked<'a>(bytes: &'a [u8], suffix: &str) -> Box<dyn Read + 'a> {
    match suffix {
        ".xz" => Box::new(liblzma::read::XzDecoder::new(bytes)),
        ".gz" => Box::new(flate2::read::MultiGzDecoder::new(bytes)),
        _ => Box::new(bytes),
    }
}

/// Each line is a path, blanks, and packages. What is none (old lists began with a text) is left out.
fn lines(list: impl Read, give: &mut impl FnMut(&str, &str)) -> std::io::Result<()> {
    let mut list = BufReader::with_capacity(64 * 1024, list);
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut list).take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
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
