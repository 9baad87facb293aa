//! Statements about images: their types, and the files with their content.
//!
//! An arrow means "uses":
//!
//! ```text
//! planned ─▶ file
//! kind
//! ```

mod file;
mod kind;
mod planned;

pub(crate) use file::StatementFile;
pub(crate) use kind::{file_part, predicate_type};
pub(crate) use planned::PlannedStatements;
