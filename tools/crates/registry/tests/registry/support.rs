//! A registry, and a client for it.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use registry::{Access, Client, Credentials, Options, Repository};
use registry_fixture::{Registry, Settings};
use transfer::Progress;

pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Lines that a client printed.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A registry without TLS, with the options and the log of a client.
pub(crate) struct Bench {
    pub(crate) registry: Registry,
    pub(crate) options: Options,
    pub(crate) log: Log,
    progress: Progress,
}

impl Bench {
    pub(crate) fn new(settings: Settings) -> Self {
        let registry = Registry::new(settings);
        let log = Log::default();
        Self {
            options: Options {
                attempts: 3,
                timeout: Duration::from_secs(5),
                plain_http: vec![registry.address()],
                ..Options::default()
            },
            progress: Progress::on(log.clone()),
            registry,
            log,
        }
    }

    pub(crate) fn client(&self) -> Client<'_> {
        self.client_with(Credentials::none())
    }

    pub(crate) fn client_with(&self, credentials: Credentials) -> Client<'_> {
        Client::new(self.options.clone(), credentials, &self.progress).unwrap()
    }

    /// A repository of the registry.
    pub(crate) fn name(&self, path: &str) -> Repository {
        Repository::parse(&format!("{}/{path}", self.registry.address())).unwrap()
    }

    /// The requests so far, without the first one, which asks how the registry is used.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.registry.take_requests();
        let shown = requests.iter().map(ToString::to_string);
        shown
            .filter(|line| !line.starts_with("GET /v2/ "))
            .collect()
    }

    /// The message of an error, with the host of the registry as HOST.
    pub(crate) fn message<T: std::fmt::Debug>(&self, result: blob::Result<T>) -> String {
        let text = result.unwrap_err().to_string();
        text.replace(&self.registry.address(), "HOST")
    }
}

/// The credentials of a docker configuration, with a password for the registry.
pub(crate) fn password(bench: &Bench, user: &str, password: &str) -> Credentials {
    let host = bench.registry.address();
    let text =
        format!(r#"{{"auths": {{"{host}": {{"username": "{user}", "password": "{password}"}}}}}}"#);
    Credentials::none()
        .with_config("config.json", &text)
        .unwrap()
}

/// Bytes that do not repeat.
pub(crate) fn bytes(size: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..size).map(|_| next()).collect()
}

pub(crate) const PULL: Access = Access::Pull;
pub(crate) const PUSH: Access = Access::Push;
