//! Reading a lock: every message names the place in the file, what is expected there and what was found.

use std::collections::BTreeMap;

use blob::{Blob, Digest, Error, Result};
use jiff::Timestamp;
use serde_json::Value;

use super::node::Node;
use super::{Lock, LockedPackage, LockedSource, VERSION};
use crate::Origin;

impl Lock {
    /// Reads a lock of this version. `file` is its name for messages. Keys that are not known are passed over, as the
    /// Starlark reader does.
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
            if architecture != super::ALL && !lock.architectures.iter().any(|a| a == architecture) {
                let known = lock.architectures.join(", ");
                return Err(node.wrong(format!("`all` or one of {known} as key")));
            }
            files.insert(architecture.to_owned(), package(&node, &lock)?);
        }
        lock.packages.insert(name.to_owned(), files);
    }
    let snapshot = root.member("snapshot")?;
    match time(&snapshot)? == lock.snapshot() {
        true => Ok(lock),
        false => Err(snapshot.wrong(format!(
            "{}, the newest date of the sources",
            lock.snapshot()
        ))),
    }
}

fn source(node: &Node<'_>) -> Result<LockedSource> {
    let origin = match (node.optional("archive")?, node.optional("url")?) {
        (Some(archive), None) => Origin::Archive(archive.text()?.to_owned()),
        (None, Some(url)) => Origin::Url(url.text()?.to_owned()),
        _ => return Err(node.wrong("either `archive` or `url`")),
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
    Ok(LockedSource {
        origin,
        components: node.member("components")?.texts()?,
        date: time(&node.member("date")?)?,
        valid_until: valid_until.map(|node| time(&node)).transpose()?,
        inrelease: digest(&node.member("inrelease_sha256")?)?,
        signed_by: node.member("signed_by")?.texts()?,
        indexes,
        unverified,
    })
}

fn package(node: &Node<'_>, lock: &Lock) -> Result<LockedPackage> {
    let text = |key: &str| node.member(key)?.text().map(str::to_owned);
    let architecture = node.optional("architecture")?;
    let suite = node.member("suite")?;
    if !lock.sources.contains_key(suite.text()?) {
        return Err(suite.wrong("a suite of `$.sources`"));
    }
    Ok(LockedPackage {
        architecture: match architecture {
            None => None,
            Some(node) if node.text()? == super::ALL => Some(super::ALL.to_owned()),
            Some(node) => return Err(node.wrong("\"all\"")),
        },
        depends: node.member("depends")?.texts()?,
        filename: text("filename")?,
        reason: text("reason")?,
        blob: blob(node)?,
        source: text("source")?,
        source_version: text("source_version")?,
        suite: suite.text()?.to_owned(),
        version: text("version")?,
    })
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
