//! A request to an endpoint of a repository.

use std::sync::MutexGuard;

use crate::error::{error, Error};
use crate::fault::Instructions;
use crate::http::{Body, Head};
use crate::settings::Settings;
use crate::shared::Shared;
use crate::store::{Digest, Store};

pub(super) struct Call<'a, 'b> {
    pub(super) shared: &'a Shared,
    pub(super) head: &'a Head,
    pub(super) body: &'a mut Body<'b>,
    pub(super) instructions: &'a Instructions,
    pub(super) repository: &'a str,
}

impl<'a> Call<'a, '_> {
    pub(super) fn store(&self) -> MutexGuard<'a, Store> {
        self.shared.store.lock().unwrap()
    }

    pub(super) fn settings(&self) -> MutexGuard<'a, Settings> {
        self.shared.settings.lock().unwrap()
    }

    /// # Errors
    ///
    /// If nothing can be deleted.
    pub(super) fn may_delete(&self) -> Result<(), Error> {
        if self.settings().deletes {
            return Ok(());
        }
        Err(self.unsupported())
    }

    pub(super) fn unsupported(&self) -> Error {
        let method = &self.head.method;
        error(
            405,
            "UNSUPPORTED",
            format!("no `{method}` at this endpoint"),
        )
    }
}

/// # Errors
///
/// If this is no digest of a known algorithm.
pub(super) fn digest(text: &str) -> Result<Digest, Error> {
    Digest::parse(text).ok_or_else(|| error(400, "DIGEST_INVALID", "invalid digest"))
}
