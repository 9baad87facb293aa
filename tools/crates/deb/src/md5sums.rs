//! `md5sums` of a package (deb-md5sums(5)): each line has a sum, two spaces and a path. dpkg does not read it while
//! unpacking, so there are packages with many variants of the format.

use blob::Result;
use tarball::EntryPath;

/// The number of digits of an MD5 sum.
const DIGITS: usize = 32;

/// The separators of a sum and its path (md5sum(1)).
const SEPARATORS: [&[u8]; 2] = [b"  ", b" *"];

/// One file of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Md5sum<'a> {
    /// The sum, in hexadecimal digits.
    pub sum: &'a [u8],
    /// The file.
    pub path: EntryPath,
    /// The whole line, if it has the format of deb-md5sums(5); the newline at its end may be missing.
    line: Option<&'a [u8]>,
}

/// The files of a list. Accepts variants of the format: a path with leading `./` or `/`, one space or a tab, a carriage
/// return at the end, a missing newline between two lines, md5sum's escapes. Skips lines without a file.
pub fn md5sums(text: &[u8]) -> impl Iterator<Item = Md5sum<'_>> {
    text.split_inclusive(|byte| *byte == b'\n').flat_map(files)
}

/// The lines of a list for the files that are kept, with the paths that `kept` returns. A line in the right format is
/// copied if its path does not change.
///
/// # Errors
///
/// `kept` fails.
pub fn rewrite(
    md5sums: &[u8],
    kept: impl Fn(&EntryPath) -> Result<Option<EntryPath>>,
) -> Result<Vec<u8>> {
    let mut lines = Vec::with_capacity(md5sums.len());
    for listed in self::md5sums(md5sums) {
        match (kept(&listed.path)?, listed.line) {
            (Some(same), Some(line)) if same == listed.path => lines.extend_from_slice(line),
            (Some(path), line) => {
                lines.extend_from_slice(listed.sum);
                let separator = line.map_or(SEPARATORS[0], |line| &line[DIGITS..DIGITS + 2]);
                lines.extend_from_slice(separator);
                lines.extend_from_slice(path.as_bytes());
                lines.push(b'\n');
            }
            (None, _) => {}
        }
    }
    Ok(lines)
}

/// The files of one line: several if newlines are missing.
fn files(line: &[u8]) -> Vec<Md5sum<'_>> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = next_sum(rest) {
        let (own, next) = rest.split_at(at);
        // The line lacks its newline, so it cannot be copied.
        found.extend(file(own).map(|listed| Md5sum {
            line: None,
            ..listed
        }));
        rest = next;
    }
    found.extend(file(rest));
    found
}

/// The position of the next sum in the path of this line.
fn next_sum(text: &[u8]) -> Option<usize> {
    // The path before the next sum has at least one byte, for every kind of separator. Otherwise a line with one blank
    // would be one file, but two files after it is rewritten with two blanks.
    let sum = usize::from(text.starts_with(b"\\")) + DIGITS;
    let path = sum + separator(text.get(sum..).unwrap_or_default()).max(1);
    (path + 1..text.len().saturating_sub(DIGITS + 2)).find(|at| {
        let (sum, after) = text[*at..].split_at(DIGITS);
        SEPARATORS.iter().any(|two| after.starts_with(two)) && is_sum(sum)
    })
}

fn is_sum(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_hexdigit)
}

/// The number of bytes between a sum and its path.
fn separator(rest: &[u8]) -> usize {
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    match blanks.count() {
        1 if rest.starts_with(b" *") => 2,
        count => count,
    }
}

/// One line with one sum.
fn file(line: &[u8]) -> Option<Md5sum<'_>> {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let plain = text.strip_prefix(b"\\");
    let (sum, rest) = plain.unwrap_or(text).split_at_checked(DIGITS)?;
    let separator = Some(separator(rest)).filter(|count| *count > 0)?;
    let standard = SEPARATORS.contains(&&rest[..separator.min(2)]) && separator == 2;
    let written = &rest[separator..];
    let name = written.strip_suffix(b"\r").unwrap_or(written);
    let name = match plain {
        Some(_) => unescape(name)?,
        None => name.to_vec(),
    };
    let from_root = name.iter().take_while(|byte| **byte == b'/').count();
    let path = EntryPath::parse(&name[from_root..]).ok()?;
    if !is_sum(sum) || path.is_root() || path.as_bytes().contains(&b'\n') {
        return None;
    }
    let standard = standard && plain.is_none() && path.as_bytes() == written;
    Some(Md5sum {
        sum,
        path,
        line: standard.then_some(line),
    })
}

/// Unescapes a name of md5sum(1) from a line that starts with a backslash.
fn unescape(name: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = name.iter();
    let mut plain = Vec::with_capacity(name.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'\\' => match bytes.next()? {
                b'\\' => b'\\',
                b'n' => b'\n',
                b'r' => b'\r',
                _ => return None,
            },
            other => *other,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUM: &str = "d41d8cd98f00b204e9800998ecf8427e";

    fn rewritten(text: &str) -> String {
        let kept = rewrite(text.as_bytes(), |path| Ok(Some(path.clone()))).unwrap();
        String::from_utf8(kept).unwrap()
    }

    #[test]
    fn keeps_whole_lines() {
        let text = format!("{SUM}  usr/bin/a b\n{SUM}  etc/x\n{SUM} *usr/y\n");
        let directory = EntryPath::parse(b"usr").unwrap();
        let kept = rewrite(text.as_bytes(), |path| {
            Ok(path.is_within(&directory).then(|| path.clone()))
        })
        .unwrap();
        let expected = format!("{SUM}  usr/bin/a b\n{SUM} *usr/y\n");
        assert_eq!(String::from_utf8(kept).unwrap(), expected);
    }

    #[test]
    fn a_moved_file_has_its_new_path() {
        let text = format!("{SUM}  bin/sh\n{SUM} *usr/y\n{SUM}  bin/x");
        let moved = rewrite(text.as_bytes(), |path| crate::merge_path(path).map(Some)).unwrap();
        let expected = format!("{SUM}  usr/bin/sh\n{SUM} *usr/y\n{SUM}  usr/bin/x\n");
        assert_eq!(String::from_utf8(moved).unwrap(), expected);
    }

    #[test]
    fn canonical_lines_are_unchanged() {
        for text in [
            format!("{SUM}  usr/x\n"),
            format!("{SUM} *usr/x\n{SUM}  usr/a  b\n"),
            format!("{SUM}  usr/x"),
            format!("{SUM}  usr/\\x2d.mount\n{}  usr/y\n", SUM.to_uppercase()),
        ] {
            assert_eq!(rewritten(&text), text);
        }
    }

    #[test]
    fn other_forms() {
        let one = format!("{SUM}  usr/x\n");
        for text in [
            format!("{SUM}  ./usr/x\n"),
            format!("{SUM}  /usr/x\n"),
            format!("{SUM} *//usr//x\n"),
            format!("{SUM}  usr/x\r\n\r\n"),
            format!("\n{SUM}  usr/x\n\n"),
            format!("{SUM} usr/x\n"),
            format!("{SUM}\tusr/x\n"),
            format!("{SUM}   usr/x\n"),
            format!("\\{SUM}  usr/x\n"),
        ] {
            assert_eq!(rewritten(&text), one, "{text:?}");
        }
        let joined = format!("{SUM}  usr/x{SUM}  ./usr/y{SUM} *z\r\n");
        let parted = format!("{one}{SUM}  usr/y\n{SUM}  z\n");
        assert_eq!(rewritten(&joined), parted);
        let escaped = format!("\\{SUM}  a\\\\b\n\\{SUM}  a\\nb\n\\{SUM}  a\\x\n");
        assert_eq!(rewritten(&escaped), format!("{SUM}  a\\b\n"));
    }

    #[test]
    fn lines_without_a_file_are_left_out() {
        for text in [
            "",
            "\n\n",
            "# sums\n",
            "abc\n",
            &format!("{SUM}\n"),
            &format!("{SUM}  \n"),
            &format!("{SUM}  ./\n"),
            &format!("{SUM}  ../etc/passwd\n"),
            &format!("{}  usr/x\n", &SUM[1..]),
            &format!("x{}  usr/x\n", &SUM[1..]),
        ] {
            assert_eq!(rewritten(text), "", "{text:?}");
        }
    }

    /// The time is linear even if a line has only hexadecimal digits.
    #[test]
    fn long_lines_are_fast() {
        let text = [SUM.as_bytes(), b"  ", &b"a".repeat(4 << 20)].concat();
        assert_eq!(rewrite(&text, |path| Ok(Some(path.clone()))).unwrap(), b"");
    }

    #[test]
    fn a_rewritten_list_has_the_same_files() {
        let sum = "d41d8cd98f00b204e9800998ecf8427e";
        for blanks in [" ", "  ", "   ", "\t", " *"] {
            let text = format!("{sum}{blanks}d{sum}  r");
            let files = |text: &[u8]| -> Vec<_> { md5sums(text).map(|one| one.path).collect() };
            let again = rewrite(text.as_bytes(), |path| Ok(Some(path.clone()))).unwrap();
            assert_eq!(files(&again), files(text.as_bytes()), "{blanks:?}");
            assert_eq!(files(&again).len(), 2, "{blanks:?}");
        }
    }
}
