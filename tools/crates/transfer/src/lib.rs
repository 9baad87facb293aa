//! Downloads over HTTP or from a local directory: several URLs for a file, retries, resumption, limits, credentials,
//! a cache by digest, and progress.
//!
//! A [`Fetcher`] gets the file of a [`Request`]: from the [`Cache`] if its digest is known, else from one URL after
//! another. [`Progress`] reports it, and a [`Netrc`] has the credentials. The crate knows nothing about Debian
//! repositories or registries. [`Streams`] reads content without storing it. [`Documents`] stores a document that is too
//! large for memory, and says which times the server states about it.
//!
//! Inside the crate, an arrow means "uses":
//!
//! ```text
//! fetcher ─▶ download ─▶ retry
//!    │          ├──────▶ content ─▶ cache
//!    │          └──────▶ http ────▶ credentials
//!    └─────▶ directory                            (all of them: failure, request)
//! stream ──▶ resuming, retry, http
//! document ▶ retry, http                         (downloads: pace)
//! ```
//!
//! The crates `registry` and `keyless` build on the parts: [`Failure`], [`Retry`] and [`Pace`], and the agent, headers and URLs of
//! [`http`]. These three are the only libraries with network code. No program that an action runs may depend on them.

mod cache;
mod content;
mod credentials;
mod directory;
mod document;
mod download;
mod failure;
mod fetcher;
pub mod http;
mod limiter;
mod options;
mod pace;
mod progress;
mod request;
mod resuming;
mod retry;
mod stream;

pub use cache::{Blocks, Cache, Cleaned, DerivedWriter};
pub use credentials::{basic, is_safe, Login, Netrc, Place};
pub use document::{Documents, Times};
pub use failure::Failure;
pub use fetcher::Fetcher;
pub use options::Options;
pub use pace::Pace;
pub use progress::{Progress, Upload};
pub use request::{FileResponse, Request};
pub use resuming::{Body, Resuming};
pub use retry::Retry;
pub use stream::Streams;
