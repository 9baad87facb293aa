//! Dynamic string tokens in names and directories (ld.so(8); `_dl_dst_substitute` of `elf/dl-load.c`).

use super::machine::Machine;

/// The longest path that Linux opens.
pub(crate) const MAX_PATH: usize = 4096;

/// Replaces the tokens of glibc: `$ORIGIN`, `$LIB` and `$PLATFORM`, with or without braces. `origin` is the directory
/// of the file with the text. Returns `None` if the result is longer than any path.
pub(crate) fn expand(text: &str, origin: &str, machine: Machine) -> Option<String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        let token = &rest[at + 1..];
        match value(token, origin, machine) {
            Some((value, length)) => {
                expanded.push_str(&value);
                rest = &token[length..];
            }
            None => {
                expanded.push('$');
                rest = token;
            }
        }
        if expanded.len() > MAX_PATH {
            return None;
        }
    }
    expanded.push_str(rest);
    (expanded.len() <= MAX_PATH).then_some(expanded)
}

/// The value of a token and its length; `None` for other text (`is_dst`).
fn value(token: &str, origin: &str, machine: Machine) -> Option<(String, usize)> {
    let triplet = machine.triplet().unwrap_or_default();
    // In Debian, `$LIB` is the multiarch directory.
    let values = [
        ("ORIGIN", origin.to_owned()),
        ("LIB", format!("lib/{triplet}")),
        (
            "PLATFORM",
            triplet.split('-').next().unwrap_or_default().to_owned(),
        ),
    ];
    values.into_iter().find_map(|(name, value)| {
        if let Some(braced) = token.strip_prefix('{') {
            return braced
                .strip_prefix(name)?
                .starts_with('}')
                .then(|| (value, name.len() + 2));
        }
        let behind = token.strip_prefix(name)?.chars().next();
        let goes_on = behind.is_some_and(|next| next.is_ascii_alphanumeric() || next == '_');
        (!goes_on).then_some((value, name.len()))
    })
}

/// Replaces the only token of musl, `$ORIGIN`. Returns `None` if there is another token, as musl then ignores the list
/// (`fixup_rpath` of `ldso/dynlink.c`).
pub(crate) fn expand_musl(text: &str, origin: &str) -> Option<String> {
    let mut parts = text.split('$');
    let mut expanded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part
            .strip_prefix("ORIGIN")
            .or(part.strip_prefix("{ORIGIN}"))?;
        expanded.push_str(origin);
        expanded.push_str(rest);
        if expanded.len() > MAX_PATH * 16 {
            return None;
        }
    }
    Some(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_glibc() {
        let machine = Machine::of_architecture("amd64").unwrap();
        for (text, expected) in [
            ("$ORIGIN/../lib", "/opt/bin/../lib"),
            ("${ORIGIN}/x", "/opt/bin/x"),
            ("/usr/$LIB:$PLATFORM", "/usr/lib/x86_64-linux-gnu:x86_64"),
            ("$ORIGINAL/$LIB_x/${LIB", "$ORIGINAL/$LIB_x/${LIB"),
            ("/a/$$ORIGIN", "/a/$/opt/bin"),
            ("plain", "plain"),
        ] {
            assert_eq!(
                expand(text, "/opt/bin", machine).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        assert_eq!(expand(&"$ORIGIN".repeat(1000), "/opt/bin", machine), None);
    }

    #[test]
    fn tokens_of_musl() {
        assert_eq!(
            expand_musl("$ORIGIN/a:${ORIGIN}/b", "/x").as_deref(),
            Some("/x/a:/x/b")
        );
        assert_eq!(expand_musl("/a:$LIB/b", "/x"), None);
    }
}
