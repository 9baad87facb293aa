//! The format of `config.json` of docker and `auth.json` of podman.

use std::collections::BTreeMap;
use std::fmt;

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::Engine;
use blob::{Error, Result};
use serde::Deserialize;

use super::login::{Kind, Login};
use crate::reference::Repository;
use crate::secret::Secret;

/// The key of docker's own registry.
const HUB: &str = "https://index.docker.io/v1/";

/// A parsed file.
pub(super) struct Config {
    origin: String,
    file: File,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct File {
    auths: Option<BTreeMap<String, Option<Entry>>>,
    cred_helpers: Option<BTreeMap<String, String>>,
    creds_store: Option<String>,
}

/// An entry of `auths`. It may be empty if a helper has the login.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

/// A place that may have the login of a repository.
pub(super) enum Source<'a> {
    /// The key, and the entry.
    Entry(&'a str, &'a Entry),
    /// The name of a helper, and the server that it gets.
    Helper(&'a str, String),
}

impl Config {
    pub(super) fn parse(origin: &str, text: &str) -> Result<Self> {
        match serde_json::from_str(text) {
            Ok(file) => Ok(Self {
                origin: origin.to_owned(),
                file,
            }),
            // The message of serde_json may repeat a password.
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let cause = format!("unexpected JSON at line {line}, column {column}");
                Err(Error::cannot("read", origin, cause).hint("log in to the registry again"))
            }
        }
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// The sources for a repository: a helper of the registry, the entry with the longest matching name, the store of
    /// all registries.
    pub(super) fn sources(&self, repository: &Repository) -> Vec<Source<'_>> {
        let mut sources = Vec::new();
        let helpers = self.file.cred_helpers.as_ref();
        for name in names(repository) {
            let helper = helpers.and_then(|helpers| helpers.get(&name));
            if let Some(helper) = helper.filter(|helper| !helper.is_empty()) {
                sources.push(Source::Helper(helper, server(repository)));
                break;
            }
        }
        let auths = self.file.auths.iter().flatten();
        let mut best: Option<(usize, &str, &Entry)> = None;
        for (key, entry) in auths {
            let Some(entry) = entry else { continue };
            let rank = names(repository).position(|name| name == normal(key));
            let better = |rank| best.is_none_or(|(other, ..)| rank < other);
            if let Some(rank) = rank.filter(|rank| !entry.is_empty() && better(*rank)) {
                best = Some((rank, key, entry));
            }
        }
        sources.extend(best.map(|(_, key, entry)| Source::Entry(key, entry)));
        let store = self.file.creds_store.as_deref();
        if let Some(store) = store.filter(|store| !store.is_empty()) {
            sources.push(Source::Helper(store, server(repository)));
        }
        sources
    }
}

/// `HOST/a/b`, `HOST/a`, `HOST`: podman's entries may be for a part of a registry.
fn names(repository: &Repository) -> impl Iterator<Item = String> {
    let mut name = Some(repository.to_string());
    std::iter::from_fn(move || {
        let current = name.take()?;
        name = current.rsplit_once('/').map(|(rest, _)| rest.to_owned());
        Some(current)
    })
}

/// Docker's older keys are URLs, of which only the host counts.
fn normal(key: &str) -> String {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| key.strip_prefix(scheme));
    let name = match rest {
        Some(rest) => rest.split('/').next().unwrap_or_default(),
        None => key.trim_end_matches('/'),
    };
    match name {
        "index.docker.io" | "registry-1.docker.io" | "index.docker.io/v1" => "docker.io".to_owned(),
        name => name.to_owned(),
    }
}

/// The name of a registry for helpers.
fn server(repository: &Repository) -> String {
    match repository.host() {
        "docker.io" => HUB.to_owned(),
        host => host.to_owned(),
    }
}

impl Entry {
    fn is_empty(&self) -> bool {
        let fields = [
            &self.auth,
            &self.username,
            &self.identitytoken,
            &self.registrytoken,
        ];
        fields
            .iter()
            .all(|field| field.as_deref().is_none_or(str::is_empty))
    }

    /// The login of this entry.
    pub(super) fn login(&self, origin: &str) -> std::result::Result<Option<Login>, &'static str> {
        let given = |field: &Option<String>| field.clone().filter(|text| !text.is_empty());
        let kind = if let Some(token) = given(&self.identitytoken) {
            Kind::IdentityToken(Secret::new(token))
        } else if let Some(token) = given(&self.registrytoken) {
            Kind::RegistryToken(Secret::new(token))
        } else if let Some(auth) = given(&self.auth) {
            let (user, password) = decoded(&auth).ok_or("has an invalid `auth`")?;
            return Ok(Some(Login::password(&user, &password, origin)));
        } else if let Some(user) = given(&self.username) {
            let password = self.password.as_deref().unwrap_or_default();
            return Ok(Some(Login::password(&user, password, origin)));
        } else {
            return Ok(None);
        };
        Ok(Some(Login::new(kind, origin)))
    }
}

/// The parts of `USER:PASSWORD` in Base64, with or without padding.
fn decoded(auth: &str) -> Option<(String, String)> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = GeneralPurpose::new(&STANDARD, config)
        .decode(auth.trim())
        .ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (user, password) = text.split_once(':')?;
    // Old versions of docker padded passwords with null bytes.
    let password = password.trim_matches('\0');
    Some((user.to_owned(), password.to_owned()))
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({})", self.origin)
    }
}
