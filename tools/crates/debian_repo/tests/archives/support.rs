//! A world for a test: mirrors in memory, a keyring, a manifest.

use std::collections::BTreeMap;
use std::sync::Mutex;

use archive_fixture::{Archive, Files, Key, Stanza};
use blob::Result;
use debian_repo::{
    update, Answer, Fetch, Keyring, Lock, Manifest, Origin, Settings, Source, Wanted,
};

/// Mirrors in memory, by the archive's name or address.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) mirrors: BTreeMap<String, Files>,
    pub(crate) keys: String,
    pub(crate) now: Option<&'static str>,
    pub(crate) previous: Option<Lock>,
    /// Every path that was asked for.
    pub(crate) asked: Mutex<Vec<String>>,
    /// Suite and architecture of every index that was not used.
    pub(crate) unused: Mutex<Vec<String>>,
}

impl World {
    /// One archive, `debian`, signed by key 1, which is trusted.
    pub(crate) fn of(archives: &[Archive]) -> Self {
        let key = Key::new(1);
        let mut world = Self {
            keys: key.public(),
            ..Self::default()
        };
        for archive in archives {
            world.add("debian", archive.files(&[&key]));
        }
        world
    }

    pub(crate) fn add(&mut self, origin: &str, files: Files) {
        let mirror = self.mirrors.entry(origin.to_owned()).or_default();
        mirror.extend(files);
    }

    pub(crate) fn file(&mut self, path: &str) -> &mut Vec<u8> {
        let mirror = self.mirrors.get_mut("debian").unwrap();
        mirror.get_mut(path).unwrap()
    }

    /// Takes away everything whose path holds this.
    pub(crate) fn lose(&mut self, part: &str) {
        let mirror = self.mirrors.get_mut("debian").unwrap();
        mirror.retain(|path, _| !path.contains(part));
    }

    pub(crate) fn update(&self, manifest: &Manifest) -> Result<Lock> {
        let settings = Settings {
            distro: "test",
            keyring: &|name| Keyring::parse(name, self.keys.as_bytes()),
            now: self.now.map(|now| now.parse().unwrap()),
            previous: self.previous.as_ref(),
            unverified: &|suite, architecture, _| {
                let mut unused = self.unused.lock().unwrap();
                unused.push(format!("{suite} {architecture}"));
            },
        };
        update(manifest, self, &settings)
    }

    /// The message of the error.
    pub(crate) fn error(&self, manifest: &Manifest) -> String {
        self.update(manifest).unwrap_err().to_string()
    }
}

impl Fetch for World {
    fn fetch(&self, wanted: &Wanted<'_>) -> Result<Answer> {
        let name = match wanted.origin {
            Origin::Archive(name) | Origin::Url(name) => name,
        };
        let mut answers = Vec::new();
        for path in wanted.paths {
            self.asked.lock().unwrap().push(path.clone());
            let file = self.mirrors.get(name).and_then(|files| files.get(path));
            match file {
                // A fetcher that checks nothing: the library must not need it to.
                Some(bytes) if wanted.expected.is_none_or(|b| b.size == bytes.len() as u64) => {
                    return Ok(Answer::Bytes(bytes.clone()));
                }
                Some(_) => answers.push(format!("{path}: another size")),
                None => answers.push(format!("{path}: not there")),
            }
        }
        Ok(Answer::Nothing(answers))
    }
}

/// A source of archive `debian`.
pub(crate) fn source(channel: &str) -> Source {
    Source {
        channel: channel.to_owned(),
        archive: Some("debian".to_owned()),
        url: None,
        signed_by: "test-keyring".to_owned(),
        may_lack: Vec::new(),
        check_valid_until: true,
    }
}

/// A manifest of exactly these packages from `bookworm main`.
pub(crate) fn manifest(architectures: &[&str], packages: &[&str]) -> Manifest {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Manifest {
        version: 1,
        sources: vec![source("bookworm main")],
        archs: owned(architectures),
        architecture_all_from: None,
        resolve: false,
        packages: owned(packages),
    }
}

/// `bookworm` with one package for amd64.
pub(crate) fn bookworm() -> Archive {
    Archive::new("bookworm").package("amd64", &Stanza::new("netbase", "6.4"))
}

/// `NAME ARCHITECTURE VERSION SUITE`, one line a file of the lock.
pub(crate) fn listing(lock: &Lock) -> Vec<String> {
    let files = lock.packages.iter().flat_map(|(name, files)| {
        files.iter().map(move |(architecture, file)| {
            format!("{name} {architecture} {} {}", file.version, file.suite)
        })
    });
    files.collect()
}
