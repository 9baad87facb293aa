//! Files that users write: tests of images, manifests, logins, apt's sources, users of an image.

use super::{same, seeded, target, text, Outcome, Target};

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
const DEFINITION: &[&str] = &[
    "version: 1\n",
    "architectures: [amd64]\n",
    "packages: [a]\n",
    "base: oci:a\n",
    "@sha256:",
    "users: {a: 1000}\n",
    "layers:\n",
    "- files: {/a: {source: a}}\n",
    "- cacerts: {}\n",
    "- archive: a\n  extract: {/a: a}\n",
    "created: lock\n",
    "layering: origin:",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "? ",
    "\"0755\"",
    "- - - ",
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
            let _ = image_test::parsers::config("a.yaml", input);
            let _ = image_test::parsers::config("a.json", input);
            Ok(())
        }),
        target("config_pattern", PATTERN, |input| {
            let _ = image_test::parsers::pattern(&text(input), input);
            Ok(())
        }),
        target(
            "config_expand",
            &["$", "${", "}", "$$", "$*", "$1"],
            |input| {
                let _ = image_test::parsers::expand(&text(input));
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
            "config_definition",
            DEFINITION,
            |input| match image_definition::read("image.yaml", &text(input)) {
                Ok(definition) => definition_is_complete(&definition),
                Err(_) => Ok(()),
            },
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
            |input| {
                logins(&text(input));
                Ok(())
            },
        ),
        target(
            "config_registry_login",
            &[
                r#"{"auths":{"a.example/b":{"auth":"YTpi"}}}"#,
                r#"{"credHelpers":{"a.example":"x"}}"#,
                r#""identitytoken":"x""#,
                "a.example:5000/b/c:d",
                "@sha256:",
                "[::1]:1/",
                "docker.io/",
            ],
            |input| {
                registry_login(&text(input));
                Ok(())
            },
        ),
        target(
            "config_apt_sources",
            &[
                "deb ",
                "[arch=amd64] ",
                "http://a.example/debian bookworm main\n",
                "Types: deb\n",
                "URIs: ",
                "Enabled: no\n",
                "\n\n",
                "#",
            ],
            apt_sources,
        ),
        target("config_snapshot", &["2026-", "T", "Z", "+01:00"], |input| {
            let _ = debian_lock_parsers::snapshot(&text(input));
            Ok(())
        }),
        target(
            "config_users",
            &["root:x:0:0:", ":", "\n", "4294967296", ",", "nonroot"],
            users,
        ),
    ]
}

/// A definition that was accepted has what a build needs.
fn definition_is_complete(definition: &image_definition::Definition) -> Outcome {
    let has_name = !definition.name.is_empty() && !definition.lock.is_empty();
    let has_sources = !definition.sources.is_empty() || !definition.debs.is_empty();
    if !has_name || definition.architectures.is_empty() {
        return Err(format!("an incomplete definition: {definition:.200?}"));
    }
    same(
        "manifest",
        &definition.manifest_text().is_some(),
        &has_sources,
    )
}

/// Reads logins, and looks for those of a server.
fn logins(text: &str) {
    if let Ok(netrc) = transfer::Netrc::parse("netrc".into(), text) {
        for scheme in ["http", "https"] {
            let place = transfer::Place {
                scheme,
                host: "debian.example",
                port: Some(80),
                path: "/debian/dists",
            };
            let _ = (netrc.find(place), netrc.find_named(place));
        }
    }
}

/// Reads a configuration of docker or podman, and references. No helper program runs.
fn registry_login(text: &str) {
    let _ = registry::Credentials::none().with_config("config.json", text);
    for line in text.lines() {
        let _ = registry::Repository::parse(line);
        if let Ok(reference) = registry::Reference::parse(line) {
            debug_assert_eq!(
                registry::Reference::parse(&reference.to_string()).ok(),
                Some(reference)
            );
        }
    }
}

/// The input as both forms of apt's sources.
fn apt_sources(input: &[u8]) -> Outcome {
    let directory = super::directory()?;
    for name in ["sources.list", "sources.list.d/a.sources"] {
        super::write(&directory.join(name), input)?;
    }
    let schemes = ["http://", "https://", "file:/"];
    let urls = debian_lock_parsers::apt_sources(directory);
    match urls
        .iter()
        .find(|url| schemes.iter().all(|scheme| !url.starts_with(scheme)))
    {
        Some(url) => Err(format!("a URL of another scheme: {url:.100?}")),
        None => Ok(()),
    }
}

/// The first line is `User`; the rest is passwd and group.
fn users(input: &[u8]) -> Outcome {
    let text = text(input);
    let (user, files) = text.split_once('\n').unwrap_or((&text, ""));
    let _ = container_run::User::find(user, files, files);
    Ok(())
}
