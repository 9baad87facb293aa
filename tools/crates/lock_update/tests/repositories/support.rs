//! A world for a test: mirrors in memory, a keyring, a manifest.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use apt_archive::{
    DerivedBlocks, DerivedWriter, Fetch, FileRequest, FileResponse, KeyringFile, LocalDeb, Origin,
};
use archive_fixture::{Archive, Files, Key, Stanza};
use blob::{Blob, Digest, Result};
use lock::{Lock, LockedSuite};
use lock_update::{update, Manifest, Note, Settings, Source, Update};

/// The size of a block of stored content: less than a paragraph.
const BLOCK: usize = 64;

/// Mirrors in memory, by the name or URL of the repository.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) mirrors: BTreeMap<String, Files>,
    pub(crate) keys: String,
    pub(crate) clock: Option<&'static str>,
    pub(crate) now: Option<&'static str>,
    pub(crate) previous: Option<Lock>,
    /// The lock that an earlier result may confirm.
    pub(crate) known: Option<Lock>,
    pub(crate) program: &'static str,
    /// Every requested path.
    pub(crate) asked: Mutex<Vec<String>>,
    /// Results that were stored for the next run.
    pub(crate) results: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Whether other users can store results.
    pub(crate) shared: bool,
    /// The keys of results that were asked for.
    pub(crate) asked_results: Mutex<Vec<String>>,
    /// Content that was stored for the next run.
    pub(crate) kept: Mutex<BTreeMap<String, Vec<u8>>>,
    /// The number of blocks of this content that were read.
    pub(crate) blocks: Arc<AtomicUsize>,
    /// The packages of directory `debs`.
    pub(crate) debs: Vec<(String, Vec<u8>)>,
}

impl World {
    /// A world with one repository, `debian`, signed by key 1, which is trusted.
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

    /// Removes every file whose path contains `part`.
    pub(crate) fn lose(&mut self, part: &str) {
        let mirror = self.mirrors.get_mut("debian").unwrap();
        mirror.retain(|path, _| !path.contains(part));
    }

    /// Removes all stored content.
    pub(crate) fn forget(&mut self) {
        self.kept.lock().unwrap().clear();
    }

    pub(crate) fn update(&self, manifest: &Manifest) -> Result<Lock> {
        self.update_with_notes(manifest).map(|update| update.lock)
    }

    pub(crate) fn update_with_notes(&self, manifest: &Manifest) -> Result<Update> {
        self.with_settings(|settings| update(manifest, self, settings))
    }

    pub(crate) fn with_settings<T>(&self, run: impl FnOnce(&Settings<'_>) -> T) -> T {
        run(&Settings {
            distro: "test",
            keyring: &|name| Ok(KeyringFile::new(name, self.keys.clone().into_bytes())),
            local_debs: &|directory| {
                assert_eq!(directory, "debs");
                let debs = self.debs.iter();
                debs.map(|(name, bytes)| LocalDeb::read(name, bytes))
                    .collect()
            },
            clock: self.clock.map(|clock| clock.parse().unwrap()),
            now: self.now.map(|now| now.parse().unwrap()),
            previous: self.previous.as_ref(),
            program: Some(self.program),
            known: self.known.as_ref(),
        })
    }

    /// The notes of an update, one line each.
    pub(crate) fn notes(&self, manifest: &Manifest) -> Vec<String> {
        let notes = self.update_with_notes(manifest).unwrap().notes;
        let lines = notes.into_iter().map(|note| match note {
            Note::Unverified {
                source,
                architecture,
                ..
            } => format!("{source} {architecture}"),
            Note::Undated {
                source,
                why,
                signed,
            } => format!("undated {source}: {why}; {signed}"),
            Note::Skipped {
                package,
                architecture,
            } => format!("skipped {package} {architecture}"),
            Note::Unmet {
                package,
                architecture,
                relation,
            } => {
                format!("unmet {package} {architecture}: {relation}")
            }
        });
        lines.collect()
    }

    /// The message of the error.
    pub(crate) fn error(&self, manifest: &Manifest) -> String {
        self.update(manifest).unwrap_err().to_string()
    }
}

impl Fetch for World {
    fn fetch(&self, request: &FileRequest<'_>) -> Result<FileResponse> {
        let name = match request.origin {
            Origin::Archive(name) | Origin::Url(name) => name,
        };
        let mut answers = Vec::new();
        if let Some(bytes) = request.expected.and_then(|blob| self.get_derived(&blob)) {
            return Ok(FileResponse::Bytes(bytes));
        }
        for path in request.paths {
            self.asked.lock().unwrap().push(path.clone());
            let file = self.mirrors.get(name).and_then(|files| files.get(path));
            match file {
                // This fetcher checks no digest: the library must not depend on it.
                Some(bytes)
                    if request
                        .expected
                        .is_none_or(|b| b.size == bytes.len() as u64) =>
                {
                    return Ok(FileResponse::Bytes(bytes.clone()));
                }
                Some(_) => answers.push(format!("{path}: another size")),
                None => answers.push(format!("{path}: not there")),
            }
        }
        Ok(FileResponse::NotFound(answers))
    }

    fn derived_writer(&self, blob: &Blob) -> Option<Box<dyn DerivedWriter + '_>> {
        let (name, bytes) = (blob.digest.hex(), Vec::new());
        Some(Box::new(Writer {
            name,
            bytes,
            of: self,
        }))
    }

    fn put_result(&self, key: &Digest, result: &[u8]) {
        let mut results = self.results.lock().unwrap();
        results.insert(key.hex(), result.to_vec());
    }

    fn find_result(&self, key: &Digest) -> Option<Vec<u8>> {
        self.asked_results.lock().unwrap().push(key.hex());
        let stored = self.results.lock().unwrap().get(&key.hex()).cloned();
        stored.filter(|_| !self.shared)
    }

    fn get_derived(&self, blob: &Blob) -> Option<Vec<u8>> {
        let kept = self.kept.lock().unwrap().get(&blob.digest.hex()).cloned();
        kept.filter(|bytes| Blob::of(bytes) == *blob)
    }

    fn derived_blocks(&self, blob: &Blob) -> Option<Box<dyn DerivedBlocks>> {
        let bytes = self.kept.lock().unwrap().get(&blob.digest.hex()).cloned()?;
        let read = Arc::clone(&self.blocks);
        Some(Box::new(Blocks { bytes, read }))
    }
}

struct Writer<'a> {
    name: String,
    bytes: Vec<u8>,
    of: &'a World,
}

impl DerivedWriter for Writer<'_> {
    fn write(&mut self, part: &[u8]) {
        self.bytes.extend_from_slice(part);
    }

    fn commit(self: Box<Self>) {
        let mut kept = self.of.kept.lock().unwrap();
        kept.insert(self.name, self.bytes);
    }
}

struct Blocks {
    bytes: Vec<u8>,
    read: Arc<AtomicUsize>,
}

impl DerivedBlocks for Blocks {
    fn block_size(&self) -> usize {
        BLOCK
    }

    fn block(&self, number: usize) -> Option<Vec<u8>> {
        self.read.fetch_add(1, Ordering::Relaxed);
        self.bytes.chunks(BLOCK).nth(number).map(<[u8]>::to_vec)
    }
}

/// A source of repository `debian`.
pub(crate) fn source(channel: &str) -> Source {
    Source {
        channel: channel.to_owned(),
        name: None,
        archive: Some("debian".to_owned()),
        url: None,
        folder: None,
        signed_by: "test-keyring".to_owned(),
        archs: None,
        may_lack: Vec::new(),
        check_valid_until: true,
        check_date: true,
        release_name: None,
    }
}

/// A manifest of exactly these packages from `bookworm main`.
pub(crate) fn manifest(architectures: &[&str], packages: &[&str]) -> Manifest {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Manifest {
        version: 1,
        sources: vec![source("bookworm main")],
        debs: Vec::new(),
        archs: owned(architectures),
        architecture_all_from: None,
        resolve: false,
        essential: false,
        packages: owned(packages),
        skip_missing: Vec::new(),
    }
}

/// `bookworm` with one package for amd64.
pub(crate) fn bookworm() -> Archive {
    Archive::new("bookworm").package("amd64", &Stanza::new("netbase", "6.4"))
}

/// Lists the files of a lock, one line each: `NAME ARCHITECTURE VERSION SUITE`.
pub(crate) fn listing(lock: &Lock) -> Vec<String> {
    let files = lock.packages.iter().flat_map(|(name, files)| {
        files.iter().map(move |(architecture, file)| {
            format!("{name} {architecture} {} {}", file.version, file.origin())
        })
    });
    files.collect()
}

/// A suite among the sources of a lock.
pub(crate) fn suite<'a>(lock: &'a Lock, key: &str) -> &'a LockedSuite {
    lock.sources[key].suite().unwrap()
}

/// A package that contains no files.
pub(crate) fn deb(name: &str, version: &str, architecture: &str, depends: &str) -> Vec<u8> {
    let depends = match depends {
        "" => String::new(),
        depends => format!("Depends: {depends}\n"),
    };
    let control = format!(
        "Package: {name}\nVersion: {version}\nArchitecture: {architecture}\n{depends}Description: test\n with a line\n .\n and another\n"
    );
    testkit::Deb::new().control(&control).build()
}
