use blob::{Error, Result};
use tarball::EntryPath;

/// The lines of a package's `md5sums` whose file is kept, with the path under which it is kept. A path that stays leaves its
/// line as it is.
pub fn rewrite(
    md5sums: &[u8],
    kept: impl Fn(&EntryPath) -> Result<Option<EntryPath>>,
) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for (at, line) in md5sums.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let path = path(line).ok_or_else(|| {
            Error::cannot(
                "read",
                format_args!("line {} of md5sums", at + 1),
                "expected an MD5 sum, two blanks and a relative path",
            )
        })?;
        match kept(&path)? {
            Some(same) if same == path => lines.extend_from_slice(line),
            Some(moved) => {
                lines.extend_from_slice(&line[..34]);
                lines.extend_from_slice(moved.as_bytes());
                lines.push(b'\n');
            }
            None => {}
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
        let kept = rewrite(text.as_bytes(), |path| {
            Ok(path.is_within(&folder).then(|| path.clone()))
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
    fn other_lines_are_refused() {
        for bad in [
            "\n",
            "abc\n",
            &format!("{SUM}\n"),
            &format!("{SUM}  /etc/x\n"),
        ] {
            let error = rewrite(bad.as_bytes(), |path| Ok(Some(path.clone())))
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with("cannot read `line 1 of md5sums`: "),
                "{error}"
            );
        }
    }
}
