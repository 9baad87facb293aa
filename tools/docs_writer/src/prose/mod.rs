//! `prose`: finds turns of phrase that STYLE.md rules out, in documents, comments and messages.

mod count;
mod line;
mod literals;
mod text;
mod turns;

use std::io::{self, Write};
use std::path::PathBuf;

use blob::{Error, Result, ResultExt};
use clap::Args;

use count::Counts;
use line::Kind;
use turns::Turns;

use crate::input;

/// Lists the turns of phrase in documents, comments and messages that STYLE.md rules out; fails if one of these kinds
/// of text has too many.
#[derive(Args)]
pub(crate) struct Prose {
    /// Highest accepted number of such turns in 10,000 words of each kind of text.
    #[arg(long, value_name = "NUMBER")]
    limit: usize,
    /// Kind of text to count; repeatable. Without it, all kinds are counted.
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<Kind>,
    /// Markdown, Rust, Starlark, Python and shell files; others are skipped.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Prose {
    /// # Errors
    ///
    /// A file cannot be read, or there are more findings than the limit allows.
    pub(crate) fn run(&self) -> Result<()> {
        let turns = Turns::new()?;
        let literals = literals::Literals::new()?;
        let mut counts = Counts::default();
        for path in &self.files {
            let bytes = input::read(path)?;
            let text = String::from_utf8_lossy(&bytes);
            for line in text::lines(path, &text, &literals) {
                if self.kinds.is_empty() || self.kinds.contains(&line.kind) {
                    counts.add(path, &line, &turns);
                }
            }
        }
        let written = write!(io::stdout().lock(), "{counts}");
        written.cannot("write", "standard output")?;
        counts.over(self.limit).map_or(Ok(()), |cause| {
            Err(Error::cannot("accept", "the text", cause)
                .hint("rewrite the lines above; STYLE.md has the rules"))
        })
    }
}
