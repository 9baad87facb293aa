//! Tests of the messages, and of the agreement between description, types and JSON schema.

mod agreement;
mod json_schema;
mod messages;

/// A small definition, and more fields.
pub(crate) fn with(more: &str) -> String {
    format!("version: 1\narchitectures: [amd64]\npackages: [base-files]\n{more}")
}
