//! Keyless signatures: an identity token instead of a key (<https://docs.sigstore.dev/about/security/>).
//!
//! [`Keyless`] makes a key for a few minutes. A certificate authority, Fulcio, gets an [`IdentityToken`] and certifies
//! who uses the key. A transparency log, Rekor, records each signature with its time. The result is a [`sign::Bundle`]
//! that [`sign::verify_keyless`] and cosign accept.
//!
//! One certificate is used for all statements that are signed while it is valid. The key is new in each run, so signing
//! again makes another bundle: look for a valid one first, with [`Keyless::has_signed`].
//!
//! [`Services`] has the URLs of the services. Only these versions are supported: Fulcio 2, and Rekor 1 with entries of
//! the kind `dsse`. An entry of Rekor 1 has a signed time, so no time stamp authority is asked, even if a signing
//! configuration lists one.
//!
//! The token is sent to Fulcio only, over HTTPS or on this machine, and no redirect is followed. No message, and no `Debug`
//! text, has a part of it. The crate reads no environment variable. It reads the clock, for tokens and certificates that
//! expire.
//!
//! Inside the crate, an arrow means "uses":
//!
//! ```text
//! signer ─▶ fulcio ─▶ token
//!    │         └────▶ http ─▶ options, url
//!    ├────▶ rekor ────▶ http
//!    └────▶ services ─▶ signing_config, url
//! ```
//!
//! No program that an action runs may depend on this crate, because it has network code.

mod fulcio;
mod http;
mod options;
mod rekor;
mod services;
mod signer;
mod signing_config;
mod token;
mod url;

pub use fulcio::read_certificate;
pub use options::Options;
pub use rekor::read_log_entry;
pub use services::Services;
pub use signer::Keyless;
pub use token::IdentityToken;
