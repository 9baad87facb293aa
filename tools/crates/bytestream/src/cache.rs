//! A remote cache.

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use rustls::{ClientConfig, RootCertStore};
use transfer::{Failure, Progress, Resuming, Retry};

use crate::call::{Call, Head, Pool};
use crate::location::Location;
use crate::messages::ReadRequest;
use crate::session::Session;

/// How to use a cache.
#[derive(Clone, Debug)]
pub struct Options {
    /// The number of attempts for a request with temporary failures; 0 counts as 1.
    pub attempts: u32,
    /// How long the cache may send nothing.
    pub timeout: Duration,
    /// The value of the header `User-Agent`: `NAME/VERSION`.
    pub user_agent: String,
}

/// A cache over gRPC. Several threads may use it at the same time.
pub struct Cache<'a> {
    location: Location,
    options: Options,
    head: Head,
    tls: Option<Arc<ClientConfig>>,
    pool: Pool,
    progress: &'a Progress,
}

impl<'a> Cache<'a> {
    /// A cache by its URL, `grpc://HOST[:PORT][/INSTANCE]` or `grpcs://…`, with headers for each request. It makes no
    /// request.
    ///
    /// # Errors
    ///
    /// The URL or a header is invalid. The text repeats neither.
    pub fn new(
        url: &str,
        headers: &[(String, String)],
        options: Options,
        progress: &'a Progress,
    ) -> Result<Self, String> {
        let location = Location::parse(url)?;
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let invalid = || format!("the header `{}` is invalid", message::shorten(name));
            let key: HeaderName = name.parse().map_err(|_| invalid())?;
            let mut value: HeaderValue = value.parse().map_err(|_| invalid())?;
            value.set_sensitive(true);
            map.append(key, value);
        }
        let scheme = if location.is_encrypted {
            "https"
        } else {
            "http"
        };
        Ok(Self {
            head: Head {
                root: format!("{scheme}://{}", location.authority()),
                user_agent: options.user_agent.clone(),
                headers: map,
                secrets: headers.iter().map(|(_, value)| value.clone()).collect(),
            },
            tls: location.is_encrypted.then(tls),
            location,
            options,
            pool: Pool::default(),
            progress,
        })
    }

    /// Opens a blob at a position. The reader continues after interruptions; its bytes are not verified.
    ///
    /// # Errors
    ///
    /// The cache does not answer ([`Failure::Temporary`], after all attempts), or does not have the blob
    /// ([`Failure::Missing`]).
    pub fn open(&self, sha256: &str, size: u64, from: u64) -> Result<Resuming<'_>, Failure> {
        let blob = format!("blobs/{sha256}/{size}");
        let resource_name = match self.location.instance.as_str() {
            "" => blob,
            instance => format!("{instance}/{blob}"),
        };
        let label = format!("{}/{resource_name}", self.location.authority());
        Resuming::open(size, from, move |from| {
            let message = ReadRequest {
                resource_name: resource_name.clone(),
                read_offset: i64::try_from(from).unwrap_or(i64::MAX),
            };
            let retry = Retry {
                attempts: self.options.attempts,
                progress: self.progress,
            };
            let call = retry.run(&label, || self.call(&message, size.saturating_sub(from)))?;
            Ok(Box::new(call))
        })
    }

    /// Calls over a connection of the pool, which the server may have closed meanwhile, else over a new one.
    fn call(&self, message: &ReadRequest, size: u64) -> Result<Call, Failure> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let known = pool.pop();
        drop(pool);
        if let Some(session) = known {
            match Call::start(&self.head, session, Arc::clone(&self.pool), message, size) {
                Err(Failure::Temporary { .. }) => {}
                result => return result,
            }
        }
        let session = Session::connect(&self.location, self.tls.as_ref(), self.options.timeout)?;
        Call::start(&self.head, session, Arc::clone(&self.pool), message, size)
    }
}

/// TLS with the certificate authorities of the system. Certificates that cannot be read are left out, as everywhere.
fn tls() -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder().with_root_certificates(roots);
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

impl fmt::Debug for Cache<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("location", &self.location)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
