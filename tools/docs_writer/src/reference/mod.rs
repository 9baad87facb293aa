//! The reference: a page for each public .bzl file, from what Bazel finds in it, and for each program, from its help.

mod module;
mod module_info;
mod program;

pub(crate) use module::Module;
pub(crate) use program::Program;

/// Below the title of every page.
const WRITTEN: &str = "<!-- Written by `./bazelw run //docs/reference:update`; the tests there compare. Do not edit. -->\n\n";
