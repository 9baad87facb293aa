//! Parsers that programs have for themselves, read from the same source files.

use std::path::PathBuf;

use super::{seeded, target, text, Outcome, Target};

#[allow(dead_code, unused_imports, missing_docs)]
#[path = "../../../tools/image_test/src/config/mod.rs"]
mod structure;

#[allow(dead_code)]
#[path = "../../../tools/debian_lock/src/yaml.rs"]
pub(super) mod yaml;

#[allow(dead_code)]
#[path = "../../../tools/debian_lock/src/netrc/mod.rs"]
mod netrc;

const YAML: &[&str] = &[
    "schemaVersion: 2.0.0\n",
    "commandTests:\n",
    "- name: a\n",
    "  command: a\n",
    "  args: [\"a\"]\n",
    "expectedOutput: [\"(\"]\n",
    "fileExistenceTests:\n",
    "metadataTest:\n",
    "  env:\n",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "? ",
    "- - - ",
    "|2\n",
    "%YAML 1.2\n",
    "---\n",
    "...\n",
    "{",
    "[[[[[[[[",
    "isRegex: true\n",
    "permissions: -rw-r--r--\n",
    "\\u{",
];
const PATTERN: &[&str] = &[
    "(",
    ")",
    "(?i)",
    "(?P<a>",
    "[[:alpha:]]",
    "[^",
    "\\p{Greek}",
    "\\Q",
    "\\E",
    "{1000}",
    "{2,}",
    "*?",
    "+",
    "\\x{10FFFF}",
    "\\pN",
    "\\C",
    "\\z",
    "$",
    "^",
    "|",
    "-]",
    "&&",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("config_structure", YAML, |input| {
            let _ = structure::Config::parse("a.yaml", input);
            Ok(())
        }),
        target("config_pattern", PATTERN, |input| {
            if let Ok(pattern) = structure::Pattern::new(&text(input)) {
                let _ = pattern.is_in(input);
            }
            Ok(())
        }),
        target(
            "config_expand",
            &["$", "${", "}", "$$", "$*", "$1"],
            |input| {
                let _ = structure::expand(&text(input), |name| Some(name.to_owned()));
                Ok(())
            },
        ),
        seeded(
            "repo_manifest",
            target("config_yaml", YAML, |input| {
                let _ = yaml::read::<serde_norway::Value>(&text(input));
                Ok(())
            }),
        ),
        target(
            "config_netrc",
            &[
                "machine ",
                "login ",
                "password ",
                "default ",
                "macdef a\n",
                "\"",
                "\\",
                "#",
                "http://",
                ":80",
            ],
            logins,
        ),
    ]
}

fn logins(input: &[u8]) -> Outcome {
    if let Ok(netrc) = netrc::Netrc::parse(PathBuf::from("netrc"), &text(input)) {
        for scheme in ["http", "https"] {
            let place = netrc::Place {
                scheme,
                host: "debian.example",
                port: Some(80),
                path: "/debian/dists",
            };
            let _ = (netrc.find(place), netrc.find_named(place));
        }
    }
    Ok(())
}
