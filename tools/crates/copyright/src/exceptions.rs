/// Names of exceptions in Debian that mean exactly one exception of SPDX's list, by their names in lower case. The
/// others have several versions: `Autoconf`, `Bison`, `OpenSSL`.
const ALIASES: &[(&str, &str)] = &[
    ("classpath", "Classpath-exception-2.0"),
    ("font", "Font-exception-2.0"),
    ("gcc-runtime-3.1", "GCC-exception-3.1"),
    ("gcc runtime library", "GCC-exception-3.1"),
];

/// The identifier of an exception, by the words between `with` and `exception`.
pub(crate) fn identifier(words: &str) -> Option<&'static str> {
    let lower = words.to_ascii_lowercase();
    let alias = ALIASES.iter().find(|(name, _)| *name == lower);
    let joined = lower.replace(' ', "-");
    alias
        .map(|(_, id)| *id)
        .or_else(|| listed(&joined))
        .or_else(|| listed(&format!("{joined}-exception")))
}

/// The identifier on SPDX's list that equals a name, ignoring case. Deprecated ones are left out.
pub(crate) fn listed(name: &str) -> Option<&'static str> {
    let mut all = spdx::identifiers::EXCEPTIONS.iter();
    let found = all.find(|exception| exception.name.eq_ignore_ascii_case(name))?;
    let deprecated = spdx::exception_id(found.name)?.is_deprecated();
    (!deprecated).then_some(found.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (words, id) in [
            ("Libtool", Some("Libtool-exception")),
            ("LLVM", Some("LLVM-exception")),
            ("llvm-exception", Some("LLVM-exception")),
            ("Classpath", Some("Classpath-exception-2.0")),
            ("Font", Some("Font-exception-2.0")),
            ("Bison 2.2", None),
            ("Linux-syscall-note", Some("Linux-syscall-note")),
            ("OpenSSL", None),
            ("Autoconf", None),
            ("Nokia-Qt-exception-1.1", None),
            ("", None),
        ] {
            assert_eq!(identifier(words), id, "{words}");
        }
        for (_, id) in ALIASES {
            assert_eq!(listed(id), Some(*id));
        }
    }
}
