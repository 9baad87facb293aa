/// Name and version of the source package of a binary package, from its field `Source`
/// ([Debian Policy, 5.6.1](https://www.debian.org/doc/debian-policy/ch-controlfields.html#source)): `glibc` or
/// `glibc (2.36-9)`. Without the field, or without a version in it, they are those of the binary package.
pub fn source_of(field: Option<&str>, name: &str, version: &str) -> (String, String) {
    let field = field.unwrap_or(name);
    match field.split_once('(') {
        Some((source, rest)) => {
            let version = rest.trim_end().trim_end_matches(')');
            (source.trim().to_owned(), version.trim().to_owned())
        }
        None => (field.trim().to_owned(), version.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_and_without_the_field() {
        for (field, source, version) in [
            (None, "libc6", "2.36-9+b1"),
            (Some("glibc"), "glibc", "2.36-9+b1"),
            (Some("glibc (2.36-9)"), "glibc", "2.36-9"),
        ] {
            let found = source_of(field, "libc6", "2.36-9+b1");
            assert_eq!(found, (source.to_owned(), version.to_owned()));
        }
    }
}
