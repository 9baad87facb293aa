//! Errors of the processes in the namespaces: readable causes, which the report of the caller contains.

/// A result whose error is a readable cause.
pub(super) type Result<T> = std::result::Result<T, String>;

/// Adds the attempted action to a cause.
pub(super) trait OrCannot<T> {
    /// Changes the error to `cannot ACTION: ERROR`.
    fn or_cannot(self, action: &str) -> Result<T>;
}

impl<T, E: std::fmt::Display> OrCannot<T> for std::result::Result<T, E> {
    fn or_cannot(self, action: &str) -> Result<T> {
        self.map_err(|error| format!("cannot {action}: {error}"))
    }
}
