//! Symbol versions, such as `GLIBC_2.36`.

use std::collections::BTreeSet;
use std::sync::Arc;

/// The newest version with the same name that a library defines instead, for a message.
pub(crate) fn newest(defined: &BTreeSet<Arc<str>>, wanted: &str) -> String {
    let alike = defined.iter().filter_map(|version| {
        let (name, number) = parse(version)?;
        (name == parse(wanted)?.0).then_some((number, version))
    });
    match alike.max() {
        Some((_, version)) => format!("but the image's library has versions up to {version}"),
        None => "but the image's library has no version of that name".to_owned(),
    }
}

/// Name and number: `GLIBC_2.2.5` is `GLIBC` and 2, 2, 5. `None` for `GLIBC_PRIVATE`.
fn parse(version: &str) -> Option<(&str, Vec<u64>)> {
    let (name, number) = version.rsplit_once('_')?;
    let parts = number.split('.').map(|part| part.parse().ok());
    Some((name, parts.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let defined = [
            "GLIBC_2.4",
            "GLIBC_2.36",
            "GLIBC_2.2.5",
            "GLIBC_PRIVATE",
            "X_9",
        ];
        let defined = defined.map(Arc::from).into();
        assert_eq!(
            newest(&defined, "GLIBC_2.38"),
            "but the image's library has versions up to GLIBC_2.36"
        );
        for wanted in ["GLIBC_ABI_DT_RELR", "FOO_1", "private"] {
            assert_eq!(
                newest(&defined, wanted),
                "but the image's library has no version of that name"
            );
        }
    }
}
