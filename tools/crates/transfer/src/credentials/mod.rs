//! Credentials: the logins of a netrc file, and the header that sends them.

mod authorization;
mod netrc;
mod words;

pub(crate) use authorization::basic_of_url;
pub use authorization::{basic, is_safe};
pub use netrc::{Login, Netrc, Place};
