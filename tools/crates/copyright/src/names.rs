//! Short names of Debian's copyright format as identifiers of SPDX's licence list.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::exceptions;
use crate::synopsis::Name;

/// Names in lower case that are neither an identifier of SPDX nor one by the rules of the format. Each means one licence
/// only. Names with several meanings in Debian are left out, and so get a `LicenseRef-…`: `BSD`, `MIT/X11`, `permissive`,
/// `PD`; names without the version that the licence has: `GPL`, `LGPL`, `Apache`; variants: `BSD-3-clause~Google`.
const ALIASES: &[(&str, &str)] = &[
    // `/usr/share/common-licenses/Artistic` is the version of Perl.
    ("artistic", "Artistic-1.0-Perl"),
    ("asl-2.0", "Apache-2.0"),
    ("boost-1", "BSL-1.0"),
    ("boost-1.0", "BSL-1.0"),
    ("bsd-0-clause", "0BSD"),
    ("bsd-2", "BSD-2-Clause"),
    ("bsd-3", "BSD-3-Clause"),
    ("bsd-4-clause-california", "BSD-4-Clause-UC"),
    ("bsd-4-clause-ucb", "BSD-4-Clause-UC"),
    ("bsd2", "BSD-2-Clause"),
    ("bsd3", "BSD-3-Clause"),
    ("cc0", "CC0-1.0"),
    ("expat", "MIT"),
    ("openldap-2.8", "OLDAP-2.8"),
    ("psf-2", "PSF-2.0"),
    ("sil-1.1", "OFL-1.1"),
    ("sil-ofl-1.1", "OFL-1.1"),
    ("ufl-1.0", "Ubuntu-font-1.0"),
    ("zope-2.0", "ZPL-2.0"),
    ("zope-2.1", "ZPL-2.1"),
];

/// The licences with versions `-only` and `-or-later`: the name in lower case, and the identifier before and after the
/// version. Longer names first.
const GNU: &[(&str, &str, &str)] = &[
    ("gfdl-niv", "GFDL", "-no-invariants"),
    ("gfdl", "GFDL", ""),
    ("agpl", "AGPL", ""),
    ("lgpl", "LGPL", ""),
    ("gpl", "GPL", ""),
];

/// Identifiers of SPDX that no name of Debian means. `OPL-1` is the Open Publication License in Debian and the Open Public
/// License in SPDX.
const OTHERS: &[&str] = &["NOASSERTION", "NONE", "OPL-1.0"];

/// The identifiers that are not deprecated, by their names in lower case.
static LISTED: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let all = spdx::identifiers::LICENSES.iter();
    let current = all.filter(|licence| licence.flags & spdx::flags::IS_DEPRECATED == 0);
    current
        .filter(|licence| !OTHERS.contains(&licence.name))
        .map(|licence| (licence.name.to_ascii_lowercase(), licence.name))
        .collect()
});

/// Whether a text may be the licence that SPDX calls `MIT` and Debian `Expat`. Several licences have the name `MIT`, so
/// it is compared with the words that only this one has, and not those of `X11`.
pub(crate) fn is_expat(text: &str) -> bool {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ").to_ascii_lowercase();
    text.contains("to deal in the software without restriction")
        && !text.contains("except as contained in this notice")
}

/// The licence as a simple expression of SPDX, with `WITH` and its exception. `None` if SPDX's list does not have
/// exactly this.
pub(crate) fn simple_expression(name: &Name) -> Option<String> {
    let licence = licence(&name.licence)?;
    let Some(words) = &name.exception else {
        return Some(licence);
    };
    let exception = exceptions::identifier(words)?;
    Some(format!("{licence} WITH {exception}"))
}

fn licence(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if let Some((_, id)) = ALIASES.iter().find(|(alias, _)| *alias == lower) {
        return Some((*id).to_owned());
    }
    let (base, later) = match lower.strip_suffix('+') {
        Some(base) => (base, true),
        None => (lower.as_str(), false),
    };
    if let Some(id) = gnu(base, later) {
        return Some(id.to_owned());
    }
    // SPDX's grammar allows `+` after other identifiers, but its tools refuse it.
    if later {
        return None;
    }
    versioned(base).map(str::to_owned)
}

/// `gpl-2`, `GPL2`, `gfdl-niv-1.3` with its version as SPDX writes it: two numbers.
fn gnu(name: &str, later: bool) -> Option<&'static str> {
    let (family, id, after) = GNU.iter().find(|(family, _, _)| name.starts_with(family))?;
    let version = &name[family.len()..];
    let version = version.strip_prefix('-').unwrap_or(version);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !version.split('.').all(digits) {
        return None;
    }
    let version = without_zeros(version);
    let zero = if version.contains('.') { "" } else { ".0" };
    let end = if later { "or-later" } else { "only" };
    listed(&format!("{id}-{version}{zero}{after}-{end}"))
}

/// An identifier on SPDX's list. Versions may differ in `.0` at the end, as the format says.
fn versioned(name: &str) -> Option<&'static str> {
    let has_version = name.rsplit_once('-').is_some_and(|(_, version)| {
        let valid = |byte: u8| byte.is_ascii_digit() || byte == b'.';
        version.starts_with(|c: char| c.is_ascii_digit()) && version.bytes().all(valid)
    });
    let found = listed(name);
    if found.is_some() || !has_version {
        return found;
    }
    let short = without_zeros(name);
    listed(short).or_else(|| listed(&format!("{short}.0")))
}

fn without_zeros(mut version: &str) -> &str {
    while let Some(shorter) = version.strip_suffix(".0") {
        version = shorter;
    }
    version
}

fn listed(name: &str) -> Option<&'static str> {
    LISTED.get(&name.to_ascii_lowercase()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        for (name, id) in [
            ("Expat", "MIT"),
            ("expat", "MIT"),
            ("MIT", "MIT"),
            ("zlib", "Zlib"),
            ("BSD-3-clause", "BSD-3-Clause"),
            ("BSD3", "BSD-3-Clause"),
            ("Apache-2", "Apache-2.0"),
            ("Apache-2.0", "Apache-2.0"),
            ("Apache-2.0.0", "Apache-2.0"),
            ("MPL-2.0", "MPL-2.0"),
            ("MPL-1.1", "MPL-1.1"),
            ("Artistic", "Artistic-1.0-Perl"),
            ("Artistic-2", "Artistic-2.0"),
            ("CC0", "CC0-1.0"),
            ("GPL-1+", "GPL-1.0-or-later"),
            ("GPL-2", "GPL-2.0-only"),
            ("GPL-2.0", "GPL-2.0-only"),
            ("GPL-2.0+", "GPL-2.0-or-later"),
            ("GPL3+", "GPL-3.0-or-later"),
            ("GPL-3.0-or-later", "GPL-3.0-or-later"),
            ("LGPL-2", "LGPL-2.0-only"),
            ("LGPL-2.1+", "LGPL-2.1-or-later"),
            ("AGPL-3", "AGPL-3.0-only"),
            ("GFDL-1.2+", "GFDL-1.2-or-later"),
            ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
            ("ZPL-2.1", "ZPL-2.1"),
            ("bzip2-1.0.6", "bzip2-1.0.6"),
            ("BSD-4-clause-UC", "BSD-4-Clause-UC"),
        ] {
            assert_eq!(licence(name).as_deref(), Some(id), "{name}");
        }
    }

    #[test]
    fn names_without_an_identifier() {
        for name in [
            "GPL",
            "LGPL",
            "GPL-9",
            "GPL-2.1",
            "GPL-",
            "GPL+",
            "gpl-2-only+",
            "MPL-2.0+",
            "OPL-1",
            "LGPL-2.x",
            "Apache",
            "BSD",
            "MIT/X11",
            "public-domain",
            "permissive",
            "BSD-3-clause~Google",
            "none",
            "NONE",
            "NOASSERTION",
            "BSD-2-clause-NetBSD",
            "eCos-2.0",
            "é",
        ] {
            assert_eq!(licence(name), None, "{name}");
        }
    }

    #[test]
    fn aliases_name_current_identifiers() {
        for (name, id) in ALIASES {
            assert_eq!(listed(id), Some(*id));
            assert_eq!(listed(name), None, "{name} needs no alias");
        }
    }

    #[test]
    fn texts_of_mit() {
        for (text, expected) in [
            ("rights to deal in\n  the Software without\n restriction", true),
            ("to deal in the Software without restriction. Except as contained in this notice, …", false),
            ("Permission to use, copy, modify and distribute", false),
        ] {
            assert_eq!(is_expat(text), expected);
        }
    }

    #[test]
    fn exceptions() {
        let with = |licence: &str, exception: &str| {
            simple_expression(&Name {
                licence: licence.to_owned(),
                exception: Some(exception.to_owned()),
            })
        };
        assert_eq!(
            with("GPL-2+", "Libtool").as_deref(),
            Some("GPL-2.0-or-later WITH Libtool-exception")
        );
        assert_eq!(with("GPL-2+", "OpenSSL"), None);
        assert_eq!(with("BSD", "Libtool"), None);
    }
}
