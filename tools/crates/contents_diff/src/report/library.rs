use serde::Serialize;

use crate::report::package::Change;

/// A shared library that differs, by its SONAME.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LibraryChange {
    /// The SONAME: `libz.so.1`.
    pub soname: String,
    /// [`Change::Added`], [`Change::Removed`], or [`Change::Changed`] if both sides' exported symbols are known and differ.
    pub change: Change,
    /// The package that has it, on the new side if it is there; `None` if it belongs to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Symbols that only the old library exports, and no library of the new image, sorted. A program that uses one does
    /// not start, or stops.
    pub removed_symbols: Vec<String>,
    /// Symbols that another library of the new image exports, with the same version, sorted. The loader finds them.
    pub moved_symbols: Vec<String>,
    /// Symbols that only the new library exports, sorted.
    pub added_symbols: Vec<String>,
}

impl LibraryChange {
    /// Whether a program for the old side may not start with the new side.
    pub fn is_break(&self) -> bool {
        self.change == Change::Removed || !self.removed_symbols.is_empty()
    }
}
