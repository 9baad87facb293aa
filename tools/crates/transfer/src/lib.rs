//! Downloads over HTTP or from a local directory: several URLs for a file, retries, resumption, limits, credentials,
//! a cache by digest, and progress.
//!
//! A [`Fetcher`] gets the file of a [`Request`]: from the [`Cache`] if its digest is known, else from one URL after
//! another. [`Progress`] reports it, and a [`Netrc`] has the credentials. The crate knows nothing about Debian
//! repositories or registries.
//!
//! Inside the crate, an arrow means "uses":
//!
//! ```text
//! fetcher ─▶ download ─▶ retry
//!    │          ├──────▶ content ─▶ cache
//!    │          └──────▶ http ────▶ credentials
//!    └─────▶ directory                            (all of them: failure, request)
//! ```
//!
//! This is the only library with network code. No program that an action runs may depend on it.

mod cache;
mod content;
mod credentials;
mod directory;
mod download;
mod failure;
mod fetcher;
mod http;
mod limiter;
mod options;
mod progress;
mod request;
mod retry;

pub use cache::{Cache, Cleaned};
pub use credentials::{Login, Netrc, Place};
pub use fetcher::Fetcher;
pub use options::Options;
pub use progress::Progress;
pub use request::{FileResponse, Request};
