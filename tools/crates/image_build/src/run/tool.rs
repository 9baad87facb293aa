//! Runs one command of a tool in this process.

use std::path::Path;

use blob::{Error, Result};
use worker::Request;

use super::base_lister;
use crate::plan::Tool;

/// Runs a tool. Relative paths are below `directory`.
pub(super) fn run(tool: Tool, arguments: Vec<String>, directory: &Path) -> Result<()> {
    let request = Request::in_directory(arguments, directory.to_owned());
    let done = match tool {
        Tool::DebExtractor => deb_extractor::run(&request),
        Tool::LayerAssembler => layer_assembler::run(&request),
        Tool::IndexWriter => index_writer::run(&request),
        Tool::ImageInspector => image_inspector::run(&request),
        Tool::BaseLister => return base_lister::run(&request),
    };
    done.map_err(|message| {
        let (line, hint) = match message.split_once("\nhint: ") {
            Some((line, hint)) => (line, Some(hint)),
            None => (message.as_str(), None),
        };
        let error = Error::cannot("run", tool.name(), line);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    })
}
