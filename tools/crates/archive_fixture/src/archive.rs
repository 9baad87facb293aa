//! Debian repositories: Release files, indexes and packages, rendered to the files of a mirror.

use std::collections::BTreeMap;
use std::io::Write;

use sha2::{Digest, Sha256};

use crate::key::{clear_sign, detached_sign, Hash, Key, FOR_EVER};

/// The files of a mirror: path below the repository's root → content.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A paragraph of an index, and its package.
#[derive(Clone, Debug)]
pub struct Stanza {
    fields: Vec<(String, String)>,
    /// The content of the package file.
    pub deb: Vec<u8>,
}

impl Stanza {
    /// A package for `amd64`.
    pub fn new(name: &str, version: &str) -> Self {
        let mut stanza = Self {
            fields: Vec::new(),
            deb: Vec::new(),
        };
        for (field, value) in [
            ("Package", name),
            ("Version", version),
            ("Architecture", ""),
            ("Filename", ""),
            ("Size", ""),
            ("SHA256", ""),
        ] {
            stanza.fields.push((field.to_owned(), value.to_owned()));
        }
        stanza.architecture("amd64")
    }

    /// Changes the architecture, and with it file name, size and digest.
    #[must_use]
    pub fn architecture(self, architecture: &str) -> Self {
        let (name, version) = (self.get("Package"), self.get("Version"));
        let plain = version
            .split_once(':')
            .map_or(version.clone(), |v| v.1.to_owned());
        let file = format!("pool/main/{name}/{name}_{plain}_{architecture}.deb");
        self.content(format!("{name} {version} {architecture}").as_bytes())
            .with("Architecture", architecture)
            .with("Filename", &file)
    }

    /// Changes the content of the package file, and with it size and digest.
    #[must_use]
    pub fn content(mut self, deb: &[u8]) -> Self {
        self.deb = deb.to_vec();
        let size = deb.len().to_string();
        self.with("Size", &size).with("SHA256", &sha256(deb))
    }

    /// Sets a field.
    #[must_use]
    pub fn with(mut self, field: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(name, _)| name == field) {
            Some(found) => value.clone_into(&mut found.1),
            None => self.fields.push((field.to_owned(), value.to_owned())),
        }
        self
    }

    /// Removes a field.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.fields.retain(|(name, _)| name != field);
        self
    }

    /// Adds any line at the end.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        let (field, value) = line.split_once(": ").unwrap_or((line, ""));
        self.fields.push((field.to_owned(), value.to_owned()));
        self
    }

    fn get(&self, field: &str) -> String {
        let found = self.fields.iter().find(|(name, _)| name == field);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }

    fn text(&self) -> String {
        let lines = self.fields.iter();
        lines
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect()
    }
}

/// One suite of a repository.
#[derive(Clone, Debug)]
pub struct Archive {
    /// The suite's name.
    pub suite: String,
    /// The fields of the Release file before its list of files.
    pub head: Vec<(String, String)>,
    /// The time of the signatures and the date of the Release file, in seconds since 1970.
    pub signed: u32,
    /// The lifetime of the signatures in seconds.
    pub lifetime: u32,
    /// The digest algorithm of the signatures.
    pub hash: Hash,
    /// Whether there are `by-hash` directories.
    pub by_hash: bool,
    /// Component and architecture → text.
    pub indexes: BTreeMap<(String, String), String>,
    /// Additional files of the Release file, relative to the suite's directory.
    pub others: Files,
    debs: Files,
}

impl Archive {
    /// A repository without packages, of 2026-07-11.
    pub fn new(suite: &str) -> Self {
        let head = [
            ("Origin", "Test"),
            ("Codename", suite),
            ("Date", "Sat, 11 Jul 2026 10:16:37 UTC"),
            ("Acquire-By-Hash", "yes"),
        ];
        let head = head.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            suite: suite.to_owned(),
            head: head.to_vec(),
            signed: 1_783_764_997,
            lifetime: FOR_EVER,
            hash: Hash::Sha512,
            by_hash: true,
            indexes: BTreeMap::new(),
            others: Files::new(),
            debs: Files::new(),
        }
    }

    /// Sets a field of the Release file; an empty value removes it.
    #[must_use]
    pub fn with(mut self, field: &str, value: &str) -> Self {
        self.head.retain(|(name, _)| name != field);
        if !value.is_empty() {
            self.head.push((field.to_owned(), value.to_owned()));
        }
        self
    }

    /// Adds a file to the list of the Release file.
    #[must_use]
    pub fn file(mut self, path: &str, bytes: &[u8]) -> Self {
        self.others.insert(path.to_owned(), bytes.to_vec());
        self
    }

    /// Adds a package to `main` for an architecture; does not change the stanza's `Architecture`.
    #[must_use]
    pub fn package(mut self, architecture: &str, stanza: &Stanza) -> Self {
        let index = self.index_mut("main", architecture);
        index.push_str(&stanza.text());
        index.push('\n');
        self.debs.insert(stanza.get("Filename"), stanza.deb.clone());
        self
    }

    /// Adds a package to `main` for several architectures, with a different file for each.
    #[must_use]
    pub fn packages(self, architectures: &[&str], stanza: &Stanza) -> Self {
        let one = |archive: Self, architecture: &&str| {
            archive.package(architecture, &stanza.clone().architecture(architecture))
        };
        architectures.iter().fold(self, one)
    }

    /// The text of an index; creates the index if it does not exist.
    pub fn index_mut(&mut self, component: &str, architecture: &str) -> &mut String {
        let key = (component.to_owned(), architecture.to_owned());
        self.indexes.entry(key).or_default()
    }

    /// The index files, relative to the suite's directory.
    fn index_files(&self) -> Files {
        let mut files = self.others.clone();
        for ((component, architecture), text) in &self.indexes {
            let path = format!("{component}/binary-{architecture}/Packages");
            files.insert(format!("{path}.xz"), xz(text.as_bytes()));
            files.insert(format!("{path}.gz"), gzip(text.as_bytes()));
            files.insert(path, text.clone().into_bytes());
        }
        files
    }

    /// The text of the Release file.
    pub fn release(&self) -> String {
        let head = self.head.iter();
        let mut text: String = head
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        text.push_str("SHA256:\n");
        for (path, bytes) in self.index_files() {
            text.push_str(&format!(" {} {:8} {path}\n", sha256(&bytes), bytes.len()));
        }
        text
    }

    /// All files of a mirror, signed by these keys.
    pub fn files(&self, keys: &[&Key]) -> Files {
        self.files_with(&self.release(), keys)
    }

    /// All files of a mirror, with `Release` and `Release.gpg` instead of `InRelease`.
    pub fn detached(&self, keys: &[&Key]) -> Files {
        let mut files = self.files(keys);
        let root = format!("dists/{}/", self.suite);
        files.remove(&format!("{root}InRelease"));
        files.extend(self.signed_separately(&root, &self.release(), keys));
        files
    }

    fn signed_separately(&self, root: &str, release: &str, keys: &[&Key]) -> Files {
        let release = release.as_bytes();
        let signature = detached_sign(release, keys, self.signed, self.lifetime, self.hash);
        Files::from([
            (format!("{root}Release"), release.to_vec()),
            (format!("{root}Release.gpg"), signature.into_bytes()),
        ])
    }

    /// A flat repository in a directory (`stable/` or empty): all packages of `main` with an empty architecture.
    pub fn flat(&self, directory: &str, keys: &[&Key]) -> Files {
        let text = self
            .indexes
            .values()
            .cloned()
            .collect::<String>()
            .into_bytes();
        let head = self.head.iter().filter(|(name, _)| name != "Codename");
        let mut release: String = head
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        let packed = gzip(&text);
        release.push_str("SHA256:\n");
        for (name, bytes) in [("Packages", &text), ("Packages.gz", &packed)] {
            release.push_str(&format!(" {} {} {name}\n", sha256(bytes), bytes.len()));
        }
        let mut files = self.debs.clone();
        files.extend(self.signed_separately(directory, &release, keys));
        files.insert(format!("{directory}Packages"), text);
        files.insert(format!("{directory}Packages.gz"), packed);
        files
    }

    /// All files of a mirror, with another text of the Release file.
    pub fn files_with(&self, release: &str, keys: &[&Key]) -> Files {
        let signed = clear_sign(release, keys, self.signed, self.lifetime, self.hash);
        let root = format!("dists/{}", self.suite);
        let mut files = self.debs.clone();
        files.insert(format!("{root}/InRelease"), signed.into_bytes());
        for (path, bytes) in self.index_files() {
            if self.by_hash {
                let directory = path.rsplit_once('/').unwrap().0;
                let by_hash = format!("{root}/{directory}/by-hash/SHA256/{}", sha256(&bytes));
                files.insert(by_hash, bytes.clone());
            }
            files.insert(format!("{root}/{path}"), bytes);
        }
        files
    }
}

/// The SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Compresses with xz.
pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 0);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Compresses with gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
