//! The grammar of [names and tags][spec].
//!
//! [spec]: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests

use std::sync::LazyLock;

use regex::Regex;

static REPOSITORY: LazyLock<Regex> = LazyLock::new(|| {
    let part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    Regex::new(&format!("^{part}(?:/{part})*$")).unwrap()
});

static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$").unwrap());

pub(crate) fn is_repository(name: &str) -> bool {
    name.len() <= 255 && REPOSITORY.is_match(name)
}

pub(crate) fn is_tag(name: &str) -> bool {
    TAG.is_match(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_grammar() {
        for good in ["a", "a/b", "a--b/c__d/e.f", "0"] {
            assert!(is_repository(good), "{good}");
        }
        for bad in ["", "A", "a/", "/a", "a//b", "a..b", "a___b", "-a", "a\n"] {
            assert!(!is_repository(bad), "{bad}");
        }
        assert!(!is_repository(&"a".repeat(256)));
    }

    #[test]
    fn tags_follow_the_grammar() {
        for good in ["latest", "_", "V1.0-x", &"a".repeat(128)] {
            assert!(is_tag(good), "{good}");
        }
        for bad in ["", ".a", "-a", "a:b", "a/b", "a\n", &"a".repeat(129)] {
            assert!(!is_tag(bad), "{bad}");
        }
    }
}
