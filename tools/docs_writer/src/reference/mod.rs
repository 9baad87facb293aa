//! The reference documentation: one page for each public .bzl file, from Bazel's documentation extractor, and one for
//! each program, from its help, and one for the definition of an image.

mod definition;
mod module;
mod module_info;
mod program;

pub(crate) use definition::Definition;
pub(crate) use module::Module;
pub(crate) use program::Program;

/// The text below the title of every page.
const WRITTEN: &str = "<!-- Written by `./bazelw run //docs/reference:update`; the tests there compare. Do not edit. -->\n\n";
