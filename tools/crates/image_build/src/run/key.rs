//! The key of a result: everything that it depends on.

use blob::Digest;
use serde_json::{json, Value};

use crate::plan::{File, Piece, Step};

/// Changes when the form of results in the cache changes.
const FORM: u64 = 1;

/// The key of a step. `digest` is the digest of each file that it reads: names and places of files have no effect on a
/// result.
pub(super) fn key(step: &Step, version: &str, digest: &dyn Fn(&File) -> String) -> Digest {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => json!(["text", text]),
        Piece::Input(file) => json!(["input", digest(file)]),
        Piece::Output(name) => json!(["output", name]),
        Piece::Written(number) => {
            let written = step.written.get(*number);
            json!(["written", written.map(|written| written.render(digest))])
        }
    };
    let arguments = step.arguments.iter();
    let arguments: Vec<Vec<Value>> = arguments
        .map(|pieces| pieces.iter().map(piece).collect())
        .collect();
    let key = json!({
        "arguments": arguments,
        "form": FORM,
        "tool": step.tool.name(),
        "version": version,
    });
    Digest::of(key.to_string().as_bytes())
}
