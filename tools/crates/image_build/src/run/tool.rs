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
    done.map_err(|message| error(tool, &message))
}

/// The error of a message, whose form is ``cannot VERB `OBJECT`: CAUSE`` with an optional hint.
fn error(tool: Tool, message: &str) -> Error {
    let (line, hint) = match message.split_once("\nhint: ") {
        Some((line, hint)) => (line, Some(hint)),
        None => (message, None),
    };
    let parts = || {
        let (verb, rest) = line.strip_prefix("cannot ")?.split_once(" `")?;
        let (object, cause) = rest.split_once("`: ")?;
        Some(Error::cannot(verb, object, cause))
    };
    let error = parts().unwrap_or_else(|| Error::cannot("run", tool.name(), line));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_not_changed() {
        for message in [
            "cannot read `a.deb`: it is truncated",
            "cannot build `a`: user: `b` is no user of the image\nhint: add it",
        ] {
            assert_eq!(error(Tool::DebExtractor, message).to_string(), message);
        }
        let other = error(Tool::DebExtractor, "unexpected argument").to_string();
        assert_eq!(other, "cannot run `deb_extractor`: unexpected argument");
    }
}
