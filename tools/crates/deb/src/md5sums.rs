use blob::{Error, Result};
use tarball::EntryPath;

/// The lines of a package's `md5sums` whose file is kept, as they are.
pub fn retain(md5sums: &[u8], kept: impl Fn(&EntryPath) -> bool) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for (at, line) in md5sums.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let path = path(line).ok_or_else(|| {
            Error::cannot(
                "read",
                format_args!("line {} of md5sums", at + 1),
                "expected an MD5 sum, two blanks and a relative path",
            )
        })?;
        if kept(&path) {
            lines.extend_from_slice(line);
        }
    }
    Ok(lines)
}

fn path(line: &[u8]) -> Option<EntryPath> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let (sum, rest) = line.split_at_checked(32)?;
    let path = rest.strip_prefix(b"  ").or(rest.strip_prefix(b" *"))?;
    match sum.iter().all(u8::is_ascii_hexdigit) {
        true => EntryPath::parse(path).ok(),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUM: &str = "d41d8cd98f00b204e9800998ecf8427e";

    #[test]
    fn keeps_whole_lines() {
        let text = format!("{SUM}  usr/bin/a b\n{SUM}  etc/x\n{SUM} *usr/y\n");
        let folder = EntryPath::parse(b"usr").unwrap();
        let kept = retain(text.as_bytes(), |path| path.is_within(&folder)).unwrap();
        let expected = format!("{SUM}  usr/bin/a b\n{SUM} *usr/y\n");
        assert_eq!(String::from_utf8(kept).unwrap(), expected);
    }

    #[test]
    fn other_lines_are_refused() {
        for bad in [
            "\n",
            "abc\n",
            &format!("{SUM}\n"),
            &format!("{SUM}  /etc/x\n"),
        ] {
            let error = retain(bad.as_bytes(), |_| true).unwrap_err().to_string();
            assert!(
                error.starts_with("cannot read `line 1 of md5sums`: "),
                "{error}"
            );
        }
    }
}
