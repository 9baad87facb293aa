//! Basic and [token authentication][token].
//!
//! [token]: https://distribution.github.io/distribution/spec/auth/token/

mod account;
mod challenge;
mod scope;
mod service;
mod token;

pub use account::{Account, Auth, Bearer};

pub(crate) use challenge::check;
pub(crate) use scope::{Action, Scope};
pub(crate) use service::issue;
pub(crate) use token::Tokens;
