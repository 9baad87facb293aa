//! Parses a lock. Every message names the place in the file, the expected and the found value.

use std::collections::BTreeMap;

use apt_types::{Evidence, Origin};
use blob::{Blob, Digest, Error, Result};
use jiff::Timestamp;
use serde_json::Value;

use crate::model::{Location, Lock, LockedPackage, LockedSource, LockedSuite, ALL, VERSION};
use crate::node::Node;

impl Lock {
    /// Parses a lock. `file` is its name in messages. Unknown keys are ignored, as in the Starlark reader.
    ///
    /// # Errors
    ///
    /// Fails if the text is not JSON, if the version is newer than [`VERSION`], or if a value is
    /// missing or malformed.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let cause = format!("$: expected JSON, found {error}");
            Error::cannot("read lock", file, cause)
                .hint("restore it from version control, or delete it and lock again")
        })?;
        let root = Node::root(file, &value);
        check_version(file, &root)?;
        read(&root)
    }
}

fn check_version(file: &str, root: &Node<'_>) -> Result<()> {
    let version = root.member("version")?;
    match version.number()? {
        VERSION => Ok(()),
        newer if newer > VERSION => {
            let cause = format!("$.version: expected {VERSION} or older, found {newer}");
            Err(Error::cannot("read lock", file, cause)
                .hint("use the version of distroless that wrote it, or a newer one"))
        }
        _ => Err(version.wrong(VERSION)),
    }
}

fn read(root: &Node<'_>) -> Result<Lock> {
    let mut lock = Lock {
        distro: root.member("distro")?.text()?.to_owned(),
        architectures: root.member("architectures")?.texts()?,
        sources: BTreeMap::new(),
        packages: BTreeMap::new(),
    };
    for (suite, node) in root.member("sources")?.members()? {
        lock.sources.insert(suite.to_owned(), source(&node)?);
    }
    for (name, node) in root.member("packages")?.members()? {
        let mut files = BTreeMap::new();
        for (architecture, node) in node.members()? {
            if architecture != ALL && !lock.architectures.iter().any(|a| a == architecture) {
                let known = lock.architectures.join(", ");
                return Err(node.wrong(format!("`all` or one of {known} as key")));
            }
            files.insert(architecture.to_owned(), package(&node, name, &lock)?);
        }
        lock.packages.insert(name.to_owned(), files);
    }
    let snapshot = root.member("snapshot")?;
    if time(&snapshot)? == lock.snapshot() {
        Ok(lock)
    } else {
        Err(snapshot.wrong(format!(
            "{}, the newest date of the sources",
            lock.snapshot()
        )))
    }
}

fn source(node: &Node<'_>) -> Result<LockedSource> {
    if let Some(directory) = node.optional("folder")? {
        return Ok(LockedSource::Directory(directory.text()?.to_owned()));
    }
    let origin = match (node.optional("archive")?, node.optional("url")?) {
        (Some(archive), None) => Origin::Archive(archive.text()?.to_owned()),
        (None, Some(url)) => Origin::Url(url.text()?.to_owned()),
        _ => return Err(node.wrong("one of `archive`, `url` and `folder`")),
    };
    let mut indexes = BTreeMap::new();
    for (path, index) in node.member("indexes")?.members()? {
        indexes.insert(path.to_owned(), blob(&index)?);
    }
    let mut unverified = BTreeMap::new();
    for (architecture, reason) in node.member("unverified")?.members()? {
        unverified.insert(architecture.to_owned(), reason.text()?.to_owned());
    }
    let valid_until = node.optional("valid_until")?;
    Ok(LockedSource::Suite(Box::new(LockedSuite {
        origin,
        components: node.member("components")?.texts()?,
        date: time(&node.member("date")?)?,
        valid_until: valid_until.map(|node| time(&node)).transpose()?,
        evidence: evidence(node)?,
        signed_by: node.member("signed_by")?.texts()?,
        indexes,
        unverified,
    })))
}

fn evidence(node: &Node<'_>) -> Result<Evidence> {
    match node.optional("release_sha256")? {
        None => Ok(Evidence::InRelease(digest(
            &node.member("inrelease_sha256")?,
        )?)),
        Some(release) => Ok(Evidence::Detached {
            release: digest(&release)?,
            signature: digest(&node.member("release_gpg_sha256")?)?,
        }),
    }
}

fn package(node: &Node<'_>, name: &str, lock: &Lock) -> Result<LockedPackage> {
    let text = |key: &str| node.member(key)?.text().map(str::to_owned);
    let or = |key: &str, default: &str| -> Result<String> {
        let found = node.optional(key)?;
        let found = found.map(|found| found.text().map(str::to_owned));
        Ok(found.transpose()?.unwrap_or_else(|| default.to_owned()))
    };
    let architecture = node.optional("architecture")?;
    let version = text("version")?;
    let location = location(node, lock)?;
    let imported = matches!(location, Location::Urls(_));
    Ok(LockedPackage {
        architecture: match architecture {
            None => None,
            Some(node) if node.text()? == ALL => Some(ALL.to_owned()),
            Some(node) => return Err(node.wrong("\"all\"")),
        },
        depends: node.member("depends")?.texts()?,
        reason: text("reason")?,
        sha256: digest(&node.member("sha256")?)?,
        size: match node.optional("size")? {
            None if imported => None,
            _ => Some(node.member("size")?.number()?),
        },
        source: if imported {
            or("source", name)?
        } else {
            text("source")?
        },
        source_version: if imported {
            or("source_version", &version)?
        } else {
            text("source_version")?
        },
        unmet: match node.optional("unmet")? {
            Some(unmet) => unmet.texts()?,
            None => Vec::new(),
        },
        location,
        version,
    })
}

fn location(node: &Node<'_>, lock: &Lock) -> Result<Location> {
    if let Some(urls) = node.optional("urls")? {
        return match urls.texts()? {
            none if none.is_empty() => Err(urls.wrong("one or more URLs")),
            urls => Ok(Location::Urls(urls)),
        };
    }
    let suite = node.member("suite")?;
    let key = suite.text()?.to_owned();
    if !lock.sources.contains_key(&key) {
        return Err(suite.wrong("a suite of `$.sources`"));
    }
    let filename = node.member("filename")?.text()?.to_owned();
    Ok(Location::Source { key, filename })
}

fn blob(node: &Node<'_>) -> Result<Blob> {
    Ok(Blob {
        digest: digest(&node.member("sha256")?)?,
        size: node.member("size")?.number()?,
    })
}

fn digest(node: &Node<'_>) -> Result<Digest> {
    node.parse("64 lower-case hexadecimal digits", Digest::from_hex)
}

fn time(node: &Node<'_>) -> Result<Timestamp> {
    node.parse("a time like \"2026-11-21T02:34:56Z\"", str::parse)
}
