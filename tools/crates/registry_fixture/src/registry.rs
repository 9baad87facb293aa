//! The registry as tests use it.

use std::io::Read;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::auth::Tokens;
use crate::fault::{Rule, Rules};
use crate::record::Record;
use crate::serve::serve;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::store::{Digest, Manifest, Store};

/// A registry that accepts connections until it is dropped.
pub struct Registry {
    shared: Arc<Shared>,
    port: u16,
    stopped: Arc<AtomicBool>,
    /// Connections that have not ended.
    open: Arc<AtomicUsize>,
}

impl Registry {
    /// Starts an empty registry on a port that the system picks.
    pub fn new(settings: Settings) -> Self {
        Self::on_port(0, settings)
    }

    /// Starts an empty registry on this port.
    pub fn on_port(port: u16, settings: Settings) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let tls = settings.tls.as_ref().map(|tls| Arc::new(tls.config()));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let shared = Arc::new(Shared {
            store: Mutex::new(Store::new(settings.directory.clone())),
            settings: Mutex::new(settings),
            tokens: Mutex::new(Tokens::default()),
            rules: Mutex::new(Rules::default()),
            records: Mutex::new(Vec::new()),
            url: format!("{scheme}://127.0.0.1:{port}"),
        });
        let stopped = Arc::new(AtomicBool::new(false));
        let (of_thread, until) = (Arc::clone(&shared), Arc::clone(&stopped));
        let open = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&open);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if until.load(Ordering::SeqCst) {
                    return;
                }
                let (shared, tls) = (Arc::clone(&of_thread), tls.clone());
                counter.fetch_add(1, Ordering::SeqCst);
                let open = Open(Arc::clone(&counter));
                thread::spawn(move || {
                    let _open = open;
                    serve(stream, tls, &shared);
                });
            }
        });
        Self {
            shared,
            port,
            stopped,
            open,
        }
    }

    /// The host and port: `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The URL of the root: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes the settings.
    pub fn change(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.shared.settings.lock().unwrap());
    }

    /// Adds a rule. If several rules apply to a request, the first one decides.
    pub fn fail(&self, rule: Rule) {
        self.shared.rules.lock().unwrap().add(rule);
    }

    /// Removes all rules.
    pub fn recover(&self) {
        self.shared.rules.lock().unwrap().clear();
    }

    /// Makes all tokens invalid.
    pub fn revoke_tokens(&self) {
        self.shared.tokens.lock().unwrap().revoke();
    }

    /// Waits until the registry has answered everything that clients sent before they ended: no request of a killed client
    /// takes effect later. Clients that still run must have no connection.
    pub fn settle(&self) {
        // Connections are accepted in order: those of the clients before this one, which the registry then closes.
        let mut last = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        last.shutdown(Shutdown::Write).unwrap();
        let _ = last.read(&mut [0]);
        while self.open.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The requests so far, in the order in which they were answered.
    pub fn requests(&self) -> Vec<Record> {
        self.shared.records.lock().unwrap().clone()
    }

    /// The requests so far, which are then forgotten.
    pub fn take_requests(&self) -> Vec<Record> {
        std::mem::take(&mut self.shared.records.lock().unwrap())
    }

    /// The number of requests with this method whose path contains this text.
    pub fn count(&self, method: &str, path: &str) -> usize {
        let records = self.shared.records.lock().unwrap();
        let matching = records
            .iter()
            .filter(|record| record.method == method && record.path.contains(path));
        matching.count()
    }
}

/// Direct access to the content, without requests.
impl Registry {
    /// Adds a blob. Returns its digest.
    pub fn put_blob(&self, repository: &str, bytes: &[u8]) -> String {
        let digest = Digest::sha256(bytes);
        let mut store = self.shared.store.lock().unwrap();
        store.put_blob(repository, &digest, bytes).unwrap();
        digest.to_string()
    }

    /// Adds a manifest, without a check of its references. Returns its digest.
    pub fn put_manifest(
        &self,
        repository: &str,
        tag: Option<&str>,
        media_type: &str,
        bytes: &[u8],
    ) -> String {
        let digest = Digest::sha256(bytes);
        let manifest = Manifest::new(media_type, bytes.to_vec()).unwrap();
        let mut store = self.shared.store.lock().unwrap();
        let repository = store.repository_mut(repository);
        repository.put_manifest(digest.clone(), manifest);
        if let Some(tag) = tag {
            repository.tags.insert(tag.to_owned(), digest.clone());
        }
        digest.to_string()
    }

    /// Media type and bytes of the manifest with this tag or digest.
    pub fn manifest(&self, repository: &str, reference: &str) -> Option<(String, Vec<u8>)> {
        let store = self.shared.store.lock().unwrap();
        let (_, manifest) = store.repository(repository)?.manifest(reference)?;
        Some((manifest.media_type.clone(), manifest.bytes.to_vec()))
    }

    /// The bytes of a blob.
    pub fn blob(&self, repository: &str, digest: &str) -> Option<Vec<u8>> {
        let digest = Digest::parse(digest)?;
        let content = self
            .shared
            .store
            .lock()
            .unwrap()
            .blob(repository, &digest)?;
        Some(content.bytes().unwrap())
    }

    /// The digests of the blobs of a repository, in order.
    pub fn blobs(&self, repository: &str) -> Vec<String> {
        let store = self.shared.store.lock().unwrap();
        let blobs = store.repository(repository).map(|found| &found.blobs);
        blobs.into_iter().flatten().map(Digest::to_string).collect()
    }

    /// The digests of the manifests of a repository, in order.
    pub fn manifests(&self, repository: &str) -> Vec<String> {
        let store = self.shared.store.lock().unwrap();
        let manifests = store
            .repository(repository)
            .map(|found| found.manifests.keys());
        manifests
            .into_iter()
            .flatten()
            .map(Digest::to_string)
            .collect()
    }

    /// The tags of a repository with their digests, in order.
    pub fn tags(&self, repository: &str) -> Vec<(String, String)> {
        let store = self.shared.store.lock().unwrap();
        let tags = store.repository(repository).map(|found| &found.tags);
        let pairs = tags.into_iter().flatten();
        pairs
            .map(|(tag, digest)| (tag.clone(), digest.to_string()))
            .collect()
    }

    /// The names of the repositories, in order.
    pub fn repositories(&self) -> Vec<String> {
        let store = self.shared.store.lock().unwrap();
        store.names().map(str::to_owned).collect()
    }

    /// The number of uploads that were begun and neither finished nor cancelled.
    pub fn open_uploads(&self) -> usize {
        self.shared.store.lock().unwrap().open_uploads()
    }

    /// Replaces the bytes of a manifest or blob of all repositories, but not its digest.
    pub fn tamper(&self, digest: &str, bytes: &[u8]) {
        let digest = Digest::parse(digest).unwrap();
        self.shared
            .store
            .lock()
            .unwrap()
            .tamper(&digest, bytes)
            .unwrap();
    }
}

/// A connection that is counted until it ends, also by a panic.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts connections.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}
