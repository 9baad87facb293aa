use std::borrow::Cow;

/// The path without `.`, `..` and empty components, links not followed, as Go's `filepath.Clean` returns it: `..`
/// removes the component before it.
pub fn clean(path: &[u8]) -> Cow<'_, [u8]> {
    let is_name = |part: &[u8]| !matches!(part, b"" | b"." | b"..");
    let trimmed = path.strip_prefix(b"/").unwrap_or(path);
    if trimmed.is_empty() || trimmed.split(|byte| *byte == b'/').all(is_name) {
        return Cow::Borrowed(trimmed);
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    Cow::Owned(parts.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_without_a_name() {
        for (path, expected) in [
            ("usr/bin", "usr/bin"),
            ("/usr/bin", "usr/bin"),
            ("//usr/./bin/", "usr/bin"),
            ("../a/../../b", "b"),
            ("a/...", "a/..."),
            ("/", ""),
            (".", ""),
            ("", ""),
        ] {
            assert_eq!(*clean(path.as_bytes()), *expected.as_bytes(), "{path}");
        }
    }
}
