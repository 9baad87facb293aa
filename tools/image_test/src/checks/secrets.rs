//! Check `secrets`: no private keys, credentials or passwords in layers, variables and history.
//!
//! Everyone who may pull an image can read each of its layers, also files that a higher layer removes or replaces. So
//! this check looks at the layers, and not at the merged root.

use blob::Result;
use rootfs::{escape, ContentPart, Image, Visitor};
use tarball::Entry;

use super::check::{Check, Collects};
use super::declared::{Declared, Section};
use super::problems::Problems;
use super::{verdict, CheckResult};

/// The part of a file that is searched: a private key in PEM is shorter than 16 KiB.
const HEAD: usize = 32 * 1024;

/// Files that are recorded. An image with more of them has the same problem many times.
const MOST: usize = 10_000;

/// Paths of files, and variables as `Env NAME`.
const SECRETS: Section = Section("secrets");

pub(crate) const CHECK: Check = Check {
    name: "secrets",
    help: "No layer, variable or history has a private key, credentials or a password",
    collects: |_| Collects {
        secrets: true,
        ..Collects::NOTHING
    },
    evaluate: |facts| Ok(facts.secrets.evaluate(facts.image, facts.declared)),
    sections: &[SECRETS],
    ..Check::OF_ROOT
};

/// Files that programs write credentials to, and the text that such a file contains.
const FILES: [(&str, &str); 12] = [
    (".aws/credentials", "aws_secret_access_key"),
    (".cargo/credentials", "token"),
    (".cargo/credentials.toml", "token"),
    (".config/gh/hosts.yml", "oauth_token"),
    (".docker/config.json", "\"auth\""),
    (".git-credentials", "://"),
    (".kube/config", "client-key-data"),
    (".netrc", "password"),
    (".npmrc", "_auth"),
    (".pgpass", ":"),
    (".pypirc", "password"),
    ("etc/shadow", ":$"),
];

/// Ends of names of variables whose values are secret.
const NAMES: [&str; 9] = [
    "ACCESS_KEY",
    "API_KEY",
    "APIKEY",
    "CREDENTIALS",
    "PASSPHRASE",
    "PASSWORD",
    "PRIVATE_KEY",
    "SECRET",
    "TOKEN",
];

/// A file with a secret.
#[derive(Debug)]
struct Found {
    layer: usize,
    path: String,
    what: String,
}

/// The files with secrets, collected while the layers are read.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Vec<Found>);

impl Visitor for Secrets {
    fn content_part(&mut self, _layer: usize, _entry: &Entry) -> ContentPart {
        ContentPart::Head(HEAD)
    }

    fn entry(&mut self, layer: usize, entry: &Entry, content: &[u8]) -> Result<()> {
        if !matches!(entry.kind, tarball::Kind::File { .. }) || self.0.len() == MOST {
            return Ok(());
        }
        let path = escape(entry.path.as_bytes());
        if let Some(what) = secret_in(&path, &content[..content.len().min(HEAD)]) {
            let path = path.to_string();
            self.0.push(Found { layer, path, what });
        }
        Ok(())
    }
}

/// The secret that a file contains.
fn secret_in(path: &str, content: &[u8]) -> Option<String> {
    if let Some(label) = private_key(content) {
        return Some(format!("a private key (`{label}`)"));
    }
    let is_at = |name: &str| path == name || path.ends_with(&format!("/{name}"));
    let (name, _) = FILES
        .iter()
        .find(|(name, text)| is_at(name) && contains(content, text.as_bytes()))?;
    Some(format!("credentials, in the format of `{name}`"))
}

/// The label of the private key that a text file contains, in the form of [RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)
/// or of OpenPGP. Programs that read keys contain the labels, too, but not alone in a line.
fn private_key(content: &[u8]) -> Option<&str> {
    let mut lines = content.split(|byte| *byte == b'\n');
    lines.find_map(|line| {
        let line = std::str::from_utf8(line).ok()?.trim();
        let label = line.strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
        let is_private = label.ends_with("PRIVATE KEY") || label == "PGP PRIVATE KEY BLOCK";
        is_private.then_some(label)
    })
}

fn contains(content: &[u8], text: &[u8]) -> bool {
    content.windows(text.len()).any(|window| window == text)
}

impl Secrets {
    fn evaluate(&self, image: &Image, declared: &Declared) -> Vec<CheckResult> {
        let mut files = Problems::default();
        for Found { layer, path, what } in &self.0 {
            if !declared.allows(SECRETS, path) {
                files.push(format!("`{path}` in layer {layer} has {what}"));
            }
        }
        let mut variables = Problems::default();
        for (place, name) in named_secrets(image) {
            if !declared.allows(SECRETS, &format!("Env {name}")) {
                variables.push(format!("{place} sets `{name}`"));
            }
        }
        variables.extend(declared.unused(SECRETS));
        vec![
            verdict("no layer has private keys or credentials", files),
            verdict("no variable has a secret", variables),
        ]
    }
}

/// Variables with secret values in the configuration, and arguments of builds in the history: the place and the name.
/// The value is never reported.
fn named_secrets(image: &Image) -> Vec<(String, String)> {
    let config = image.config().config().as_ref();
    let variables = config.and_then(|config| config.env().as_deref());
    let variables = variables.unwrap_or_default().iter();
    let mut found: Vec<_> = variables
        .filter_map(|variable| Some(("`Env`".to_owned(), secret_name(variable)?)))
        .collect();
    for (number, entry) in image.config().history().iter().flatten().enumerate() {
        let text = entry.created_by().as_deref().unwrap_or_default();
        let names = text.split_whitespace().filter_map(secret_name);
        found.extend(names.map(|name| (format!("entry {number} of the history"), name)));
    }
    found
}

/// The name in `NAME=VALUE`, if its value is secret.
fn secret_name(variable: &str) -> Option<String> {
    let (name, value) = variable.split_once('=')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(is_name) {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    // A reference to another variable, as in the text of a build step, has no value.
    let is_given = !value.is_empty() && !value.starts_with(['$', '"', '\'']);
    (is_given && NAMES.iter().any(|end| upper.ends_with(end))).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_keys_are_lines() {
        for label in [
            "PRIVATE KEY",
            "RSA PRIVATE KEY",
            "OPENSSH PRIVATE KEY",
            "ENCRYPTED SIGSTORE PRIVATE KEY",
        ] {
            let text = format!("# comment\r\n-----BEGIN {label}-----\r\nMIIE");
            assert_eq!(private_key(text.as_bytes()), Some(label));
        }
        for text in [
            "-----BEGIN CERTIFICATE-----\n",
            "-----BEGIN PUBLIC KEY-----\n",
            "\0-----BEGIN PRIVATE KEY-----\0",
            "begin = \"-----BEGIN PRIVATE KEY-----\"\n",
        ] {
            assert_eq!(private_key(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn files_of_credentials_need_their_text() {
        let found = |path, text: &str| secret_in(path, text.as_bytes()).is_some();
        assert!(found("root/.netrc", "machine a login b password c"));
        assert!(found(
            "root/.npmrc",
            "//registry.example/:_authToken=npm_abc"
        ));
        assert!(found("etc/shadow", "root:$y$j9T$abc:19000:0:::::"));
        assert!(!found("etc/shadow", "root:*:19000:0:99999:7:::"));
        assert!(!found("root/.npmrc", "registry=https://registry.example"));
        assert!(!found("root/a.netrc", "password"));
        assert!(!found("usr/share/doc/etc/shadows", "a:$"));
    }

    #[test]
    fn names_of_secret_variables() {
        for text in ["DB_PASSWORD=x", "npm_token=x", "AWS_SECRET_ACCESS_KEY=x"] {
            assert!(secret_name(text).is_some(), "{text}");
        }
        for text in [
            "PASSWORD=",
            "PASSWORD_FILE=/run/secrets/password",
            "TOKEN=$TOKEN",
            "GPG_KEY=A035C8",
            "a/b_TOKEN=x",
            "=x",
        ] {
            assert_eq!(secret_name(text), None, "{text}");
        }
    }
}
