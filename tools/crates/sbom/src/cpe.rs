//! CPE names of programs that are not Debian packages
//! ([formatted strings](https://nvlpubs.nist.gov/nistpubs/Legacy/IR/nistir7695.pdf)).

/// Name in the package URL, vendor and product in the dictionary of CPE names.
const PRODUCTS: &[(&str, &str, &str)] = &[("nodejs", "nodejs", "node.js")];

/// The CPE name of a runtime. Scanners find the known vulnerabilities of a program by it, because there is no database by
/// package URL for `pkg:generic`. `None` if the runtime has no entry here, or its version needs escapes.
pub(crate) fn of_runtime(name: &str, version: &str) -> Option<String> {
    let (_, vendor, product) = PRODUCTS.iter().find(|(known, _, _)| *known == name)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_version = version.starts_with(|c: char| c.is_ascii_digit());
    (is_version && version.chars().all(is_plain))
        .then(|| format!("cpe:2.3:a:{vendor}:{product}:{version}:*:*:*:*:*:*:*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_runtimes() {
        let node = "cpe:2.3:a:nodejs:node.js:24.1.0:*:*:*:*:*:*:*";
        for (name, version, expected) in [
            ("nodejs", "24.1.0", Some(node)),
            ("nodejs", "", None),
            ("nodejs", "-", None),
            ("nodejs", "1:2", None),
            ("other", "1", None),
        ] {
            assert_eq!(
                of_runtime(name, version).as_deref(),
                expected,
                "{name} {version}"
            );
        }
    }
}
