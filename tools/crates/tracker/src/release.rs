//! The releases of Debian's suites.

/// The texts after the codename of a release in the names of its suites, longer endings first.
const ENDINGS: [&str; 4] = ["-security", "-proposed-updates", "-updates", "-backports"];

/// The codename in the name of a suite, or in that of a source of a lock: `bookworm` in `bookworm-security` and in
/// `bookworm@2026-07-11T10:16:37Z`, an older state of a source.
pub fn codename(suite: &str) -> &str {
    let name = suite.split('@').next().unwrap_or(suite);
    let mut endings = ENDINGS.iter();
    let found = endings.find_map(|ending| name.strip_suffix(ending));
    found.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codenames() {
        for (suite, expected) in [
            ("bookworm", "bookworm"),
            ("bookworm-security", "bookworm"),
            ("bookworm-updates@2026-07-11T10:16:37Z", "bookworm"),
            ("trixie-proposed-updates", "trixie"),
            ("vendor", "vendor"),
        ] {
            assert_eq!(codename(suite), expected);
        }
    }
}
