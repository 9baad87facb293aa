//! The features of the registry.

use std::path::PathBuf;

use crate::auth::Auth;
use crate::tls::Tls;

/// The form of the `Location` of an upload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Location {
    /// A path: `/v2/NAME/blobs/uploads/ID`.
    #[default]
    Path,
    /// A complete URL.
    Absolute,
    /// Relative to the URL of the request, without a slash at the start.
    Relative,
    /// A path with a query, which changes with each chunk. A request to write that has another query fails with status
    /// 404.
    Query,
    /// A complete URL with this start, such as `http://127.0.0.1:5000`.
    Host(String),
}

/// The features of the registry. By default it has all, for everybody, over plain HTTP.
pub struct Settings {
    /// How clients authenticate.
    pub auth: Auth,
    /// HTTPS instead of HTTP. It takes effect at the start of the registry.
    pub tls: Option<Tls>,
    /// An empty or missing directory for the bytes of blobs, instead of memory. Tags and manifests are always in memory. It
    /// takes effect at the start of the registry.
    pub directory: Option<PathBuf>,
    /// The form of the `Location` of an upload.
    pub location: Location,
    /// Whether a blob can be pushed by one `POST`. Otherwise the response is 202, as for a `POST` without content.
    pub post_only: bool,
    /// Whether blobs can be mounted from other repositories. Otherwise the response is 202, and an upload begins.
    pub mounts: bool,
    /// The value of `OCI-Chunk-Min-Length`.
    pub chunk_min_length: Option<u64>,
    /// Whether a `GET` of a blob can ask for a range. Otherwise the response is the complete blob.
    pub ranges: bool,
    /// Whether there is a referrers API. Otherwise its status is 404, and `OCI-Subject` is missing.
    pub referrers: bool,
    /// The largest number of tags or referrers in one response; the rest has a `Link`.
    pub page: Option<usize>,
    /// Whether manifests, tags and blobs can be deleted. Otherwise the status is 405.
    pub deletes: bool,
    /// Whether manifests may refer to content that the repository does not have.
    pub sparse: bool,
    /// The largest manifest in bytes. The status for a larger one is 413.
    pub manifest_limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auth: Auth::None,
            tls: None,
            directory: None,
            location: Location::default(),
            post_only: true,
            mounts: true,
            chunk_min_length: None,
            ranges: true,
            referrers: true,
            page: None,
            deletes: true,
            sparse: false,
            manifest_limit: 4 << 20,
        }
    }
}
