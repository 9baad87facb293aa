use blob::{Result, ResultExt};
use serde::Serialize;

use crate::report::Report;

/// The version of the form.
const VERSION: u64 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u64,
    difference: &'a Report,
}

/// JSON with an indentation. Characters that a terminal obeys are escaped.
pub(super) fn render(report: &Report) -> Result<String> {
    let document = Document {
        version: VERSION,
        difference: report,
    };
    let text = serde_json::to_string_pretty(&document).cannot("write", "difference")?;
    let mut safe = String::with_capacity(text.len() + 1);
    let mut buffer = [0; 4];
    for c in text.chars() {
        // Line feeds are between values; those in texts are escapes already.
        let is_plain = c == '\n' || c.is_ascii_graphic() || c == ' ';
        if is_plain || message::escape(c.encode_utf8(&mut buffer)).chars().eq([c]) {
            safe.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    safe.push('\n');
    Ok(safe)
}
